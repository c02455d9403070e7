import { Link } from '@backstage/ui';
import type {
  DataRequest,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';
import { ChangeCounts } from '../components/ChangeCounts';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import type { RowTableColumn } from '../components/RowTable';
import { WordBadge } from '../components/WordBadge';
import { requestStates, risks } from '../words/requestWords';
import styles from '../components/Secondary.module.css';
import { RequestLink } from './RequestLink';

/** The columns of the list of requests. */
export function requestColumns(
  types: ResourceType[],
): RowTableColumn<DataRequest>[] {
  const title = (type: string) =>
    types.find(known => known.type === type)?.title ?? type;

  return [
    {
      id: 'request',
      label: 'Request',
      isRowHeader: true,
      render: request => (
        <>
          <RequestLink request={request} />
          <span className={styles.secondary}>
            {title(request.type)}
            {request.batchId && (
              <>
                {' · '}
                <Link href={`?view=all&batch=${request.batchId}`}>
                  one of a batch
                </Link>
              </>
            )}
          </span>
        </>
      ),
    },
    {
      id: 'instance',
      label: 'Instance',
      render: request => (
        <>
          {request.instance}
          <span className={styles.secondary}>{request.environment}</span>
        </>
      ),
    },
    {
      id: 'owner',
      label: 'Owner',
      render: request => <EntityName entityRef={request.owner} />,
    },
    {
      id: 'requestedBy',
      label: 'Requested by',
      render: request => (
        <>
          <EntityName entityRef={request.requestedBy} />
          <span className={styles.secondary}>
            <Moment at={request.createdAt} />
          </span>
        </>
      ),
    },
    {
      id: 'changes',
      label: 'Changes',
      shrink: true,
      render: request => <ChangeCounts changes={request.plan.changes} />,
    },
    {
      id: 'risk',
      label: 'Risk',
      shrink: true,
      render: request => <WordBadge word={risks[request.plan.risk]} />,
    },
    {
      id: 'state',
      label: 'State',
      shrink: true,
      render: request => <WordBadge word={requestStates[request.state]} />,
    },
  ];
}
