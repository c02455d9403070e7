import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  type Entity,
} from '@backstage/catalog-model';
import {
  ANNOTATION_ENGINE,
  ANNOTATION_ENVIRONMENT,
  ANNOTATION_INSTANCE,
  type FeedInstance,
} from '@data-resources/plugin-data-resources-common';
import { LOCATION_TYPE } from './location';
import { environmentLabels } from './environmentLabels';

/** The entity that stands for an instance. */
export function instanceEntity(instance: FeedInstance): Entity {
  const location = `${LOCATION_TYPE}:instances/${instance.name}`;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Resource',
    metadata: {
      name: instance.name,
      namespace: 'default',
      title: instance.title,
      labels: environmentLabels(instance.environment),
      annotations: {
        [ANNOTATION_LOCATION]: location,
        [ANNOTATION_ORIGIN_LOCATION]: location,
        [ANNOTATION_INSTANCE]: instance.name,
        [ANNOTATION_ENVIRONMENT]: instance.environment,
        [ANNOTATION_ENGINE]: instance.engine,
      },
    },
    spec: {
      type: `${instance.engine}-instance`,
      owner: instance.owner,
      lifecycle: instance.environment,
    },
  };
}
