import { useEntity } from '@backstage/plugin-catalog-react';
import { ResourceContent } from '../resource/ResourceContent';
import { ANNOTATION_RESOURCE_ID } from '@data-resources/plugin-data-resources-common';

/** The tab on the entity page of a data resource. */
export const DataResourceContent = () => {
  const { entity } = useEntity();
  const resourceId = entity.metadata.annotations?.[ANNOTATION_RESOURCE_ID];

  return resourceId ? (
    <ResourceContent key={resourceId} resourceId={resourceId} />
  ) : null;
};
