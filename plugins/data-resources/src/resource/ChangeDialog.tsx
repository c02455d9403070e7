import type { JsonObject } from '@backstage/types';
import type {
  DataResource,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { SpecForm } from '../spec/SpecForm';
import type { SpecSchema } from '../spec/specSchema';
import { RequestDialog } from './RequestDialog';

/** Asks for another spec, from the one that is declared. */
export const ChangeDialog = (props: {
  resource: DataResource;
  type: ResourceType;
  onClose(): void;
}) => {
  const { resource, type } = props;
  const [spec, setSpec] = useState<JsonObject>(resource.spec as JsonObject);

  return (
    <RequestDialog
      title={`Change ${resource.name}`}
      submit="Request update"
      width={760}
      showsPlan
      input={{ action: 'update', resourceId: resource.id, spec }}
      onClose={props.onClose}
    >
      <SpecForm
        schema={type.specSchema as SpecSchema}
        value={spec}
        onChange={setSpec}
      />
    </RequestDialog>
  );
};
