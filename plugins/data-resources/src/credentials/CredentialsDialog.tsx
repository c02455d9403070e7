import { useApi } from '@backstage/frontend-plugin-api';
import { Dialog, DialogHeader } from '@backstage/ui';
import type {
  DataResource,
  IssuedCredentials,
} from '@data-resources/plugin-data-resources-common';
import { useEffect, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { useWrite } from '../hooks/useWrite';
import { entityName } from '../words/entityName';
import { IssueStep } from './IssueStep';
import { ShownStep } from './ShownStep';

/**
 * Issues a credential of a principal and shows it once. Nothing closes it by accident, and the
 * password lives in this component alone: closed, it is gone.
 */
export const CredentialsDialog = (props: {
  resource: DataResource;
  principal: string;
  onClose(): void;
}) => {
  const { resource, principal, onClose } = props;
  const api = useApi(dataResourcesApiRef);
  const [issued, setIssued] = useState<IssuedCredentials>();
  const [isSaved, setSaved] = useState(false);
  const [isAsked, setAsked] = useState(false);

  const write = useWrite(async (replace: boolean) =>
    setIssued(
      await api.issueCredentials(resource.id, {
        principal,
        ...(replace && { replace }),
      }),
    ),
  );

  const isUnsaved = Boolean(issued) && !isSaved;

  // Closing the browser's tab would lose the password just as well.
  useEffect(() => {
    if (!isUnsaved) {
      return undefined;
    }
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUnsaved]);

  const close = () => {
    if (isUnsaved && !isAsked) {
      setAsked(true);
    } else if (!write.isPending) {
      onClose();
    }
  };

  return (
    <Dialog
      isOpen
      isDismissable={false}
      isKeyboardDismissDisabled
      width={720}
      onOpenChange={isOpen => !isOpen && close()}
    >
      <DialogHeader>
        Credentials of {entityName(principal)} for {resource.name}
      </DialogHeader>
      {issued ? (
        <ShownStep
          resourceId={resource.id}
          issued={issued}
          isSaved={isSaved}
          onSaved={setSaved}
          isAsked={isAsked}
          onStay={() => setAsked(false)}
          onClose={onClose}
        />
      ) : (
        <IssueStep
          principal={principal}
          instance={resource.instance}
          write={write}
          onCancel={onClose}
        />
      )}
    </Dialog>
  );
};
