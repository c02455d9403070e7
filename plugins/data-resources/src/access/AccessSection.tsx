import { useApi } from '@backstage/frontend-plugin-api';
import { Button } from '@backstage/ui';
import type {
  DataResource,
  Grant,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { CredentialsDialog } from '../credentials/CredentialsDialog';
import { useLive } from '../hooks/useLive';
import { useReference } from '../hooks/useReference';
import styles from '../resource/resource.module.css';
import { EffectiveAccessTable } from './EffectiveAccessTable';
import { GrantDialog } from './GrantDialog';
import { RevokeDialog } from './RevokeDialog';
import { grantColumns } from './grantColumns';

type Open =
  | { what: 'grant' }
  | { what: 'revoke'; grant: Grant }
  | { what: 'credentials'; grant: Grant };

/** Who may do what by grant, who really can, and the credentials for it. */
export const AccessSection = ({ resource }: { resource: DataResource }) => {
  const api = useApi(dataResourcesApiRef);
  const { types } = useReference();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);

  const { data, error, reload } = useLive({
    key: resource.id,
    load: () => api.getResourceGrants(resource.id, { limit: 200 }),
    everyMs: () => 20_000,
    about: { resource: resource.id },
  });
  const grants = data?.items.filter(({ state }) => state === 'active');
  const type = types.find(known => known.type === resource.type);
  const roles = [...(type?.roles ?? []), ...(resource.roles ?? [])];

  return (
    <>
      <Section
        title="Access"
        actions={
          resource.can.includes('grant') && (
            <Button
              variant="secondary"
              onPress={() => setOpen({ what: 'grant' })}
            >
              Request access…
            </Button>
          )
        }
      >
        {error && (
          <ErrorNotice
            title="Who has access could not be loaded"
            error={error}
            onRetry={reload}
          />
        )}
        {grants?.length === 0 ? (
          <p className={styles.text}>
            Nobody has been granted access yet. Access is given to Components,
            which then log in with credentials of their own.
          </p>
        ) : (
          (grants || !error) && (
            <RowTable
              label="Grants"
              columns={grantColumns({
                roles,
                onCredentials: grant => setOpen({ what: 'credentials', grant }),
                onRevoke: grant => setOpen({ what: 'revoke', grant }),
              })}
              rows={grants && byPrincipal(grants)}
              rowKey={({ grant }) => grant.id}
            />
          )
        )}
      </Section>
      {data && <EffectiveAccessTable access={data.effectiveAccess} />}

      {open?.what === 'grant' && (
        <GrantDialog resource={resource} roles={roles} onClose={close} />
      )}
      {open?.what === 'revoke' && (
        <RevokeDialog resource={resource} grant={open.grant} onClose={close} />
      )}
      {open?.what === 'credentials' && (
        <CredentialsDialog
          resource={resource}
          principal={open.grant.principal}
          onClose={() => {
            close();
            reload();
          }}
        />
      )}
    </>
  );
};

/** Grants of one principal together; its credentials, which serve all of them, once. */
function byPrincipal(
  grants: Grant[],
): { grant: Grant; offersCredentials: boolean }[] {
  const offered = new Set<string>();
  return [...grants]
    .sort((a, b) => a.principal.localeCompare(b.principal))
    .map(grant => {
      const offersCredentials =
        grant.can.includes('credentials') && !offered.has(grant.principal);
      if (offersCredentials) {
        offered.add(grant.principal);
      }
      return { grant, offersCredentials };
    });
}
