/**
 * Annotation of a resource's entity: the id that the API knows it by.
 *
 * @public
 */
export const ANNOTATION_RESOURCE_ID = 'data-resources.backstage.io/resource-id';

/**
 * Annotation of the entities of resources and instances: the instance's name.
 *
 * @public
 */
export const ANNOTATION_INSTANCE = 'data-resources.backstage.io/instance';

/**
 * Annotation, and label, of the entities of resources and instances: the environment's name.
 *
 * @public
 */
export const ANNOTATION_ENVIRONMENT = 'data-resources.backstage.io/environment';

/**
 * Annotation of the entities of resources and instances: `kafka`, `cassandra` or `postgres`.
 *
 * @public
 */
export const ANNOTATION_ENGINE = 'data-resources.backstage.io/engine';
