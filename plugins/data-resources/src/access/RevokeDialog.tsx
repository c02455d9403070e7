import type {
  DataResource,
  Grant,
} from '@data-resources/plugin-data-resources-common';
import { RequestDialog } from '../resource/RequestDialog';
import { entityName } from '../words/entityName';

/** Asks to take a role away. */
export const RevokeDialog = (props: {
  resource: DataResource;
  grant: Grant;
  onClose(): void;
}) => {
  const { resource, grant } = props;
  const who = entityName(grant.principal);

  return (
    <RequestDialog
      title={`Revoke ${grant.role} of ${who}`}
      submit="Revoke access"
      isDestructive
      input={{ action: 'revoke', grantId: grant.id }}
      onClose={props.onClose}
    >
      <p>
        {who} loses the role {grant.role} on {resource.name}. Processes that use
        it are refused from then on.
      </p>
    </RequestDialog>
  );
};
