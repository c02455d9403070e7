import { parseEntityRef } from '@backstage/catalog-model';
import { EntityRefLink } from '@backstage/plugin-catalog-react';

/** A link to who or what a ref names; a policy or the system itself has no page. */
export const EntityName = ({ entityRef }: { entityRef: string }) => {
  if (entityRef.startsWith('policy:')) {
    return <>policy {entityRef.slice('policy:'.length)}</>;
  }
  if (!isEntityRef(entityRef)) {
    return <>{entityRef}</>;
  }
  return <EntityRefLink entityRef={entityRef} hideIcon />;
};

function isEntityRef(text: string): boolean {
  try {
    // `system:drift` is the portal itself; a System of the catalog has its namespace in its ref.
    return parseEntityRef(text).kind !== 'system' || text.includes('/');
  } catch {
    return false;
  }
}
