import { Checkbox } from '@backstage/ui';
import type {
  Discovery,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import type { RowTableColumn } from '../components/RowTable';
import adoptionStyles from './adoption.module.css';
import styles from '../components/Secondary.module.css';

/** The columns of the list of what nobody manages; with boxes to tick where something can be done. */
export function discoveryColumns(options: {
  types: ResourceType[];
  selection?: {
    has(discovery: Discovery): boolean;
    set(discovery: Discovery, isSelected: boolean): void;
  };
}): RowTableColumn<Discovery>[] {
  const { types, selection } = options;
  const title = (type: string) =>
    types.find(known => known.type === type)?.title ?? type;

  return [
    ...(selection
      ? [
          {
            id: 'select',
            label: 'Select',
            shrink: true,
            render: (discovery: Discovery) => (
              <Checkbox
                aria-label={`Select ${discovery.name} on ${discovery.instance}`}
                isSelected={selection.has(discovery)}
                isDisabled={Boolean(discovery.internal)}
                onChange={value => selection.set(discovery, value)}
              />
            ),
          },
        ]
      : []),
    {
      id: 'name',
      label: 'Name',
      isRowHeader: true,
      render: ({ name, type, internal }) => (
        <div className={adoptionStyles.name}>
          {name}
          <span className={styles.secondary}>{internal ?? title(type)}</span>
        </div>
      ),
    },
    {
      id: 'instance',
      label: 'Instance',
      shrink: true,
      render: ({ instance, environment }) => (
        <>
          {instance}
          <span className={styles.secondary}>{environment}</span>
        </>
      ),
    },
    {
      id: 'owner',
      label: 'Suggested owner',
      render: ({ suggestedOwner, why }) =>
        suggestedOwner ? (
          <>
            <EntityName entityRef={suggestedOwner} />
            <span className={styles.secondary}>{why}</span>
          </>
        ) : (
          'Nothing points to anybody'
        ),
    },
    {
      id: 'settings',
      label: 'Settings',
      render: ({ spec }) => <code>{summary(spec)}</code>,
    },
    {
      id: 'seen',
      label: 'First seen',
      shrink: true,
      render: ({ firstSeenAt }) => <Moment at={firstSeenAt} />,
    },
  ];
}

function summary(spec: Discovery['spec']): string {
  return Object.entries(spec)
    .map(([name, value]) =>
      typeof value === 'object' && value !== null
        ? `${name}: ${Object.keys(value).length}`
        : `${name}: ${value}`,
    )
    .join(', ');
}
