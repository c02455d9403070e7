import { Header } from '@backstage/ui';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import { Value } from '../components/Value';
import { WordBadge } from '../components/WordBadge';
import { useReference } from '../hooks/useReference';
import { requestStates, requestTitle, risks } from '../words/requestWords';
import { ResourceLink } from './ResourceLink';

/** What is asked, how it stands, by whom, for whom and where. */
export const RequestHeader = ({ request }: { request: DataRequest }) => {
  const { types, instances } = useReference();
  const type = types.find(known => known.type === request.type);
  const instance = instances.find(known => known.name === request.instance);

  return (
    <Header
      title={requestTitle(request)}
      customActions={
        request.resourceId && <ResourceLink resourceId={request.resourceId} />
      }
      metadata={[
        {
          label: 'State',
          value: <WordBadge word={requestStates[request.state]} />,
        },
        { label: 'Risk', value: <WordBadge word={risks[request.plan.risk]} /> },
        // The title is cut where there is no room for it.
        { label: 'Name', value: <Value value={request.name} /> },
        { label: 'Type', value: type?.title ?? request.type },
        {
          label: 'Instance',
          value: `${instance?.title ?? request.instance} · ${
            request.environment
          }`,
        },
        { label: 'Owner', value: <EntityName entityRef={request.owner} /> },
        {
          label: 'Requested by',
          value: (
            <span>
              <EntityName entityRef={request.requestedBy} />,{' '}
              <Moment at={request.createdAt} />
            </span>
          ),
        },
      ]}
    />
  );
};
