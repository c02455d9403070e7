import { Alert } from '@backstage/ui';
import type {
  EffectiveAccess,
  ResourceGrants,
} from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import { RowTable } from '../components/RowTable';
import secondary from '../components/Secondary.module.css';
import { Section } from '../components/Section';
import styles from '../resource/resource.module.css';

/** What the engine itself says about who can do what, ours or not. */
export const EffectiveAccessTable = (props: {
  access: ResourceGrants['effectiveAccess'];
}) => {
  const { items, message, observedAt } = props.access;

  return (
    <Section
      title="Effective access"
      note={
        <span className={secondary.secondary}>
          read from the engine <Moment at={observedAt} />
        </span>
      }
    >
      {message && (
        <Alert role="status" status="warning" icon description={message} />
      )}
      {items.length > 0 && (
        <RowTable
          label="Effective access"
          columns={[
            {
              id: 'login',
              label: 'Login',
              isRowHeader: true,
              render: row => (
                <>
                  <code>{row.login}</code>
                  {row.note && (
                    <span className={secondary.secondary}>{row.note}</span>
                  )}
                </>
              ),
            },
            {
              id: 'principal',
              label: 'Principal',
              render: row =>
                row.principal ? (
                  <EntityName entityRef={row.principal} />
                ) : (
                  whoseOf(row)
                ),
            },
            {
              id: 'rights',
              label: 'Rights',
              render: row => rightsOf(row),
            },
            { id: 'via', label: 'Via', render: row => waysOf(row) },
          ]}
          rows={items}
          rowKey={row => `${row.login} ${row.via} ${row.rights.join()}`}
        />
      )}
      {items.length === 0 && !message && (
        <p className={styles.text}>The engine lets nobody in.</p>
      )}
    </Section>
  );
};

function whoseOf({ internal, baseline }: EffectiveAccess): string {
  if (internal) {
    return 'the portal or the server itself';
  }
  return baseline ? 'no Component, kept' : 'no Component';
}

function rightsOf({ rights, implied }: EffectiveAccess): string {
  const said = rights.join(', ');
  if (!implied?.length) {
    return said;
  }
  return said ? `${said} (with ${implied.join(', ')})` : implied.join(', ');
}

function waysOf({ via, groups }: EffectiveAccess): string {
  return groups?.length ? `${via}; in groups ${groups.join(', ')}` : via;
}
