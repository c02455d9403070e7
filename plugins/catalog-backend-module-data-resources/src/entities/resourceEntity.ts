import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  makeValidator,
  type Entity,
} from '@backstage/catalog-model';
import {
  ANNOTATION_ENGINE,
  ANNOTATION_ENVIRONMENT,
  ANNOTATION_INSTANCE,
  ANNOTATION_RESOURCE_ID,
  instanceEntityRef,
  resourceEntityName,
  type FeedResource,
} from '@data-resources/plugin-data-resources-common';
import { LOCATION_TYPE } from './location';
import { environmentLabels } from './environmentLabels';

const { isValidTag } = makeValidator();

/**
 * The entity that stands for a resource.
 *
 * The resource's spec is left out on purpose: its keys are free text for some engines, and the
 * catalog resolves placeholders such as `$text` wherever it finds them in an entity.
 *
 * @param options.appBaseUrl - where the portal's pages are; without it there is no link
 */
export function resourceEntity(
  resource: FeedResource,
  options: { appBaseUrl?: string },
): Entity {
  const location = `${LOCATION_TYPE}:resources/${resource.id}`;
  const { description, system } = resource;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: resourceEntityName(resource.instance, resource.name),
      namespace: 'default',
      title: resource.name,
      ...(description && { description }),
      // The engines' tags are free text, and one illegal tag would keep the entity out.
      tags: [...new Set(resource.tags)].filter(isValidTag),
      labels: environmentLabels(resource.environment),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ANNOTATION_RESOURCE_ID]: resource.id,
        [ANNOTATION_INSTANCE]: resource.instance,
        [ANNOTATION_ENVIRONMENT]: resource.environment,
        [ANNOTATION_ENGINE]: resource.engine,
      },
      ...(options.appBaseUrl && {
        links: [
          {
            url: `${options.appBaseUrl}/data-resources/${resource.id}`,
            title: 'Data resource',
          },
        ],
      }),
    },
    spec: {
      type: resource.type,
      owner: resource.owner,
      ...(system && { system }),
      // The catalog's own pages have a column and a filter for the lifecycle, not for stages.
      lifecycle: resource.environment,
      dependsOn: [instanceEntityRef(resource.instance)],
      dependencyOf: [
        ...new Set(resource.principals.map(({ principal }) => principal)),
      ].sort(),
      access: resource.principals
        .map(({ principal, role }) => ({ principal, role }))
        .sort(
          (a, b) =>
            compare(a.principal, b.principal) || compare(a.role, b.role),
        ),
    },
  };
}

function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}
