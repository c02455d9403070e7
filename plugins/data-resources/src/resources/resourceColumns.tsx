import type {
  DataResource,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import type { RowTableColumn } from '../components/RowTable';
import { WordBadge } from '../components/WordBadge';
import { resourcePhases } from '../words/resourceWords';
import { ResourceName } from './ResourceName';
import styles from '../components/Secondary.module.css';

/** The columns of the list of data resources. */
export function resourceColumns(
  types: ResourceType[],
): RowTableColumn<DataResource>[] {
  return [
    {
      id: 'name',
      label: 'Name',
      isRowHeader: true,
      render: resource => (
        <>
          <ResourceName resource={resource} />
          {resource.description && (
            <span className={styles.secondary}>{resource.description}</span>
          )}
        </>
      ),
    },
    {
      id: 'type',
      label: 'Type',
      render: resource =>
        types.find(({ type }) => type === resource.type)?.title ??
        resource.type,
    },
    {
      id: 'instance',
      label: 'Instance',
      render: resource => (
        <>
          {resource.instance}
          <span className={styles.secondary}>{resource.environment}</span>
        </>
      ),
    },
    {
      id: 'owner',
      label: 'Owner',
      render: resource => <EntityName entityRef={resource.owner} />,
    },
    {
      id: 'system',
      label: 'System',
      render: resource =>
        resource.system ? <EntityName entityRef={resource.system} /> : '—',
    },
    {
      id: 'created',
      label: 'Created',
      render: resource => <Moment at={resource.createdAt} />,
    },
    {
      id: 'phase',
      label: 'Phase',
      shrink: true,
      render: resource => <WordBadge word={resourcePhases[resource.phase]} />,
    },
  ];
}
