import { useApi, useRouteRef } from '@backstage/frontend-plugin-api';
import {
  type CatalogApi,
  catalogApiRef,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { parseEntityRef } from '@backstage/catalog-model';
import { ButtonLink } from '@backstage/ui';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { useLive } from '../hooks/useLive';
import { resourceRouteRef } from '../routes';
import { isCatalogued, isMoving } from '../words/resourceWords';

/** Leads to the resource: to its catalog entity once there is one, else to our own page of it. */
export const ResourceLink = ({ resourceId }: { resourceId: string }) => {
  const api = useApi(dataResourcesApiRef);
  const catalog = useApi(catalogApiRef);
  const toResource = useRouteRef(resourceRouteRef);
  const toEntity = useRouteRef(entityRouteRef);

  const { data } = useLive({
    key: resourceId,
    load: async () => {
      const resource = await api.getResource(resourceId);
      return {
        phase: resource.phase,
        entityRef:
          isCatalogued(resource.phase) &&
          (await isInCatalog(catalog, resource.entityRef))
            ? resource.entityRef
            : undefined,
      };
    },
    everyMs: known => {
      const isThere = known?.entityRef || (known && !mayAppear(known.phase));
      return isThere ? undefined : 3_000;
    },
  });

  if (data?.entityRef && toEntity) {
    const { kind, namespace, name } = parseEntityRef(data.entityRef);
    return (
      <ButtonLink
        variant="secondary"
        href={toEntity({
          kind: kind.toLocaleLowerCase('en-US'),
          namespace,
          name,
        })}
      >
        Open in the catalog
      </ButtonLink>
    );
  }
  return data && toResource ? (
    <ButtonLink variant="secondary" href={toResource({ resourceId })}>
      Open the resource
    </ButtonLink>
  ) : null;
};

/** Asked for as one of several, an entity that is not there yet is no error of the browser's. */
async function isInCatalog(
  catalog: CatalogApi,
  entityRef: string,
): Promise<boolean> {
  const { items } = await catalog.getEntitiesByRefs({
    entityRefs: [entityRef],
    fields: ['kind'],
  });
  return Boolean(items[0]);
}

function mayAppear(phase: Parameters<typeof isMoving>[0]): boolean {
  return isCatalogued(phase) || phase === 'provisioning';
}
