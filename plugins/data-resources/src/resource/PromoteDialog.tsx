import { Radio, RadioGroup, TextField } from '@backstage/ui';
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

/** Asks for the resource again on the next stage, perhaps with another spec. */
export const PromoteDialog = (props: {
  resource: DataResource;
  type: ResourceType;
  onClose(): void;
}) => {
  const { resource, type } = props;
  const { instances } = useReference();
  const targets = resource.promotionTargets ?? [];
  const [instance, setInstance] = useState(targets[0]?.instance);
  const [name, setName] = useState(resource.name);
  const [spec, setSpec] = useState<JsonObject>(resource.spec as JsonObject);

  return (
    <RequestDialog
      title={`Promote ${resource.name} to ${targets[0]?.environment}`}
      submit="Request promotion"
      input={
        instance && name.trim()
          ? {
              action: 'create',
              type: resource.type,
              instance,
              name: name.trim(),
              owner: resource.owner,
              system: resource.system,
              description: resource.description,
              tags: resource.tags,
              spec,
              promotedFrom: resource.id,
            }
          : undefined
      }
      onClose={props.onClose}
    >
      <p>
        Makes a new {type.title} with these settings; {resource.name} on{' '}
        {resource.instance} stays as it is. No data and no access goes along.
      </p>
      {targets.length > 1 && (
        <RadioGroup label="Instance" value={instance} onChange={setInstance}>
          {targets.map(target => (
            <Radio key={target.instance} value={target.instance}>
              {target.title}
            </Radio>
          ))}
        </RadioGroup>
      )}
      <TextField label="Name" isRequired value={name} onChange={setName} />
      <SpecForm
        schema={type.specSchema as SpecSchema}
        instance={instances.find(each => each.name === instance)}
        value={spec}
        onChange={setSpec}
      />
    </RequestDialog>
  );
};
