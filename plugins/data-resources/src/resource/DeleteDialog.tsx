import { TextField } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { RequestDialog } from './RequestDialog';

/** Asks for a resource's deletion; whoever asks types its name. */
export const DeleteDialog = (props: {
  resource: DataResource;
  onClose(): void;
}) => {
  const { id, name, instance, phase } = props.resource;
  const [typed, setTyped] = useState('');

  return (
    <RequestDialog
      title={`Request the deletion of ${name}`}
      submit="Request deletion"
      isDestructive
      input={{ action: 'delete', resourceId: id }}
      isHeld={typed !== name}
      onClose={props.onClose}
    >
      <p>
        {phase === 'quarantined'
          ? `Once the request is approved, ${name} on ${instance} is removed for good with everything in it.`
          : `Once the request is approved, nobody can use ${name} on ${instance} any more. It can be restored until its quarantine ends; then it is removed with everything in it.`}
      </p>
      <TextField
        label={`Type ${name} to go on`}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        spellCheck="false"
      />
    </RequestDialog>
  );
};
