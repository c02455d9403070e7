import { Button } from '@backstage/ui';
import type {
  Grant,
  RoleDefinition,
} from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import type { RowTableColumn } from '../components/RowTable';
import { entityName } from '../words/entityName';
import styles from './access.module.css';

/** The columns of the table of grants. */
export function grantColumns(options: {
  roles: readonly RoleDefinition[];
  onCredentials(grant: Grant): void;
  onRevoke(grant: Grant): void;
}): RowTableColumn<{ grant: Grant; offersCredentials: boolean }>[] {
  const { roles, onCredentials, onRevoke } = options;

  return [
    {
      id: 'principal',
      label: 'Principal',
      isRowHeader: true,
      render: ({ grant }) => <EntityName entityRef={grant.principal} />,
    },
    {
      id: 'role',
      label: 'Role',
      render: ({ grant }) => (
        <span
          title={roles.find(({ name }) => name === grant.role)?.description}
        >
          {grant.role}
        </span>
      ),
    },
    {
      id: 'since',
      label: 'Since',
      render: ({ grant }) => (
        <>
          <Moment at={grant.since} />
          {grant.expiresAt && (
            <>
              , ends <Moment at={grant.expiresAt} />
            </>
          )}
        </>
      ),
    },
    {
      id: 'actions',
      label: 'Actions',
      shrink: true,
      render: ({ grant, offersCredentials }) => (
        <div className={styles.actions}>
          {offersCredentials && (
            <Button
              variant="secondary"
              aria-label={`Get credentials for ${entityName(grant.principal)}`}
              onPress={() => onCredentials(grant)}
            >
              Get credentials
            </Button>
          )}
          {grant.can.includes('revoke') && (
            <Button
              variant="tertiary"
              aria-label={`Revoke ${grant.role} of ${entityName(
                grant.principal,
              )}`}
              onPress={() => onRevoke(grant)}
            >
              Revoke…
            </Button>
          )}
        </div>
      ),
    },
  ];
}
