import { parseEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { resourceRouteRef } from '../routes';
import { isCatalogued } from '../words/resourceWords';

/** A resource's name, leading to its entity page, or to ours where the catalog has none. */
export const ResourceName = ({ resource }: { resource: DataResource }) => {
  const toEntity = useRouteRef(entityRouteRef);
  const toResource = useRouteRef(resourceRouteRef);
  const href =
    toEntity && isCatalogued(resource.phase)
      ? toEntity(entityParams(resource.entityRef))
      : toResource?.({ resourceId: resource.id });

  return href ? (
    <Link href={href} weight="bold" variant="body-medium">
      {resource.name}
    </Link>
  ) : (
    <>{resource.name}</>
  );
};

function entityParams(entityRef: string) {
  const { kind, namespace, name } = parseEntityRef(entityRef);
  return { kind: kind.toLocaleLowerCase('en-US'), namespace, name };
}
