import type { JsonObject } from '@backstage/types';
import type {
  DataResource,
  ResourceType,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { useReference } from '../hooks/useReference';
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
  const { instances } = useReference();
  const [declared] = useState(resource.spec as JsonObject);
  const [spec, setSpec] = useState(declared);
  // What is declared is worth asking for again only where the engine has something else.
  const isDrifted = resource.conditions.some(
    condition => condition.type === 'Drifted' && condition.status === 'true',
  );
  const asksForSomething = spec !== declared || isDrifted;

  return (
    <RequestDialog
      title={`Change ${resource.name}`}
      submit="Request update"
      input={
        asksForSomething
          ? { action: 'update', resourceId: resource.id, spec }
          : undefined
      }
      onClose={props.onClose}
    >
      <SpecForm
        schema={type.specSchema as SpecSchema}
        instance={instances.find(({ name }) => name === resource.instance)}
        value={spec}
        onChange={setSpec}
      />
      {!asksForSomething && (
        <p role="status">
          Nothing is changed yet. The plan of a change shows below.
        </p>
      )}
    </RequestDialog>
  );
};
