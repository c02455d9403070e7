import type { AuthService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import {
  ANNOTATION_LOCATION,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import type { CatalogService } from '@backstage/plugin-catalog-node';
import {
  ANNOTATION_INSTANCE,
  ANNOTATION_RESOURCE_ID,
} from '@data-resources/plugin-data-resources-common';
import { LOCATION_TYPE } from '../entities/location';
import { EmittedEntities } from './EmittedEntities';

/** The key of an instance beside the ids of resources. */
export function instanceKey(name: string): string {
  return `instance:${name}`;
}

/** Our entities as an earlier run of the backend left them in the catalog. */
export async function readEmittedEntities(options: {
  catalog: CatalogService;
  auth: AuthService;
}): Promise<EmittedEntities> {
  const emitted = new EmittedEntities();
  const pages = options.catalog.streamEntities(
    {
      filter: {
        kind: 'Resource',
        [`metadata.annotations.${ANNOTATION_INSTANCE}`]: CATALOG_FILTER_EXISTS,
      },
      fields: ['kind', 'metadata'],
      pageSize: 1000,
    },
    { credentials: await options.auth.getOwnServiceCredentials() },
  );
  for await (const page of pages) {
    for (const entity of page) {
      const annotations = entity.metadata.annotations ?? {};
      // Anyone may write our annotations into a file of theirs; the location says whose it is.
      if (annotations[ANNOTATION_LOCATION]?.startsWith(`${LOCATION_TYPE}:`)) {
        emitted.set(
          annotations[ANNOTATION_RESOURCE_ID] ??
            instanceKey(annotations[ANNOTATION_INSTANCE]),
          stringifyEntityRef(entity),
        );
      }
    }
  }
  return emitted;
}
