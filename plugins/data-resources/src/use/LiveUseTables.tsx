import { Alert } from '@backstage/ui';
import type { LiveUse } from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';
import { Facts } from '../components/Facts';
import { Moment } from '../components/Moment';
import { RowTable } from '../components/RowTable';
import styles from '../resource/resource.module.css';
import { arrangeMeasures, measureTitle, measureValue } from '../words/measures';
import { FiguresOfParts } from './FiguresOfParts';

/** Who was seen, how much, when it was last used, and what could not be looked at. */
export const LiveUseTables = ({ use }: { use: LiveUse }) => {
  const { users, lastUsedAt, measures, unseen, message } = use;
  const { alone, tables } = arrangeMeasures(measures);

  return (
    <>
      {message && (
        <Alert role="status" status="warning" icon description={message} />
      )}
      {users.length > 0 && (
        <RowTable
          label="Users"
          columns={[
            {
              id: 'name',
              label: 'Who',
              isRowHeader: true,
              render: user => <code>{user.name}</code>,
            },
            { id: 'kind', label: 'What', render: user => user.kind },
            {
              id: 'principal',
              label: 'Principal',
              render: user =>
                user.principal ? (
                  <EntityName entityRef={user.principal} />
                ) : (
                  'no Component'
                ),
            },
            {
              id: 'count',
              label: 'How many',
              shrink: true,
              render: user => user.count,
            },
            { id: 'detail', label: 'Detail', render: user => user.detail },
          ]}
          rows={users}
          rowKey={user => `${user.kind} ${user.name}`}
        />
      )}
      {users.length === 0 && !message && (
        <p className={styles.text}>Nobody was seen using it.</p>
      )}
      {(lastUsedAt || alone.length > 0) && (
        <Facts
          items={[
            ...(lastUsedAt
              ? [{ label: 'Last used', value: <Moment at={lastUsedAt} /> }]
              : []),
            ...alone.map(measure => ({
              label: measureTitle(measure),
              value: measureValue(measure),
            })),
          ]}
        />
      )}
      {tables.map(table => (
        <FiguresOfParts key={table.label} table={table} />
      ))}
      {unseen.length > 0 && (
        <div>
          <p className={styles.text}>What could not be looked at:</p>
          <ul className={styles.text}>
            {unseen.map(text => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </div>
      )}
    </>
  );
};
