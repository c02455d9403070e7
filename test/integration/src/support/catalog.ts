import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { engineer } from './Person';

/** The parts of a catalog entity that tests look at. */
export interface CatalogEntity {
  metadata: { name: string; uid: string; annotations: Record<string, string> };
  spec: Record<string, unknown>;
  relations: { type: string; targetRef: string }[];
}

/** An entity by its full ref, or undefined where the catalog has none. */
export async function entity(ref: string): Promise<CatalogEntity | undefined> {
  const [kind, rest] = ref.split(':');
  const { status, body } = await engineer.portal<CatalogEntity>(
    'GET',
    `/api/catalog/entities/by-name/${kind}/${rest}`,
  );
  if (status !== 200 && status !== 404) {
    throw new Error(`The catalog answered ${status} for ${ref}`);
  }
  return status === 200 ? body : undefined;
}

/** The entity of a data resource. */
export async function entityOf({
  entityRef,
}: DataResource): Promise<CatalogEntity | undefined> {
  return entity(entityRef);
}
