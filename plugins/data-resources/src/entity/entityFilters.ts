import type { Entity } from '@backstage/catalog-model';
import { ANNOTATION_RESOURCE_ID } from '@data-resources/plugin-data-resources-common';

const instanceTypes = [
  'kafka-instance',
  'cassandra-instance',
  'postgres-instance',
];

/** Whether an entity stands for a data resource. */
export function isDataResource(entity: Entity): boolean {
  return (
    entity.kind.toLocaleLowerCase('en-US') === 'resource' &&
    Boolean(entity.metadata.annotations?.[ANNOTATION_RESOURCE_ID])
  );
}

/** Whether an entity stands for an instance. */
export function isInstance(entity: Entity): boolean {
  return (
    entity.kind.toLocaleLowerCase('en-US') === 'resource' &&
    instanceTypes.includes(`${entity.spec?.type}`)
  );
}
