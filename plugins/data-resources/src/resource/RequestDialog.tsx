import { useApi, useRouteRef } from '@backstage/frontend-plugin-api';
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Flex,
  TextAreaField,
} from '@backstage/ui';
import type { RequestInput } from '@data-resources/plugin-data-resources-common';
import { type ReactNode, useRef, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { newIdempotencyKey } from '../api/idempotencyKey';
import { ErrorNotice } from '../components/ErrorNotice';
import { useWrite } from '../hooks/useWrite';
import { PlanPreview } from '../plan/PlanPreview';
import { usePlan } from '../plan/usePlan';
import { requestRouteRef } from '../routes';
import { FieldProblemsProvider, problemsOf } from '../spec/fieldProblems';

/**
 * Asks for something and leads to the request. What it would come to is shown as the input changes. A refusal is shown with what was typed still there;
 * sending the same thing again after a lost answer makes no second request.
 */
export const RequestDialog = (props: {
  title: string;
  submit: string;
  isDestructive?: boolean;
  /** What is asked for; undefined while it is not complete. */
  input?: RequestInput;
  /** Whether more has to be done before it can be sent. */
  isHeld?: boolean;
  onClose(): void;
  children: ReactNode;
}) => {
  const api = useApi(dataResourcesApiRef);
  const navigate = useNavigate();
  const toRequest = useRouteRef(requestRouteRef);
  const [reason, setReason] = useState('');
  const sent = useRef<{ body: string; key: string }>();

  const write = useWrite(async (input: RequestInput) => {
    const body = JSON.stringify(input);
    if (sent.current?.body !== body) {
      sent.current = { body, key: newIdempotencyKey() };
    }
    const request = await api.createRequest(input, {
      idempotencyKey: sent.current.key,
    });
    if (toRequest) {
      navigate(toRequest({ requestId: request.id }));
    } else {
      props.onClose();
    }
  });

  const input = props.input && {
    ...props.input,
    reason: reason.trim() || undefined,
  };
  const answer = usePlan(input);
  const submit = () => {
    if (input && !props.isHeld) {
      write.run(input);
    }
  };

  return (
    <Dialog
      isOpen
      isDismissable={false}
      // Escape also closes a list inside; pressed once too often it would lose what was typed.
      isKeyboardDismissDisabled
      width={760}
      onOpenChange={isOpen => !isOpen && props.onClose()}
    >
      <DialogHeader>{props.title}</DialogHeader>
      <DialogBody>
        <form
          id="data-resources-request"
          onSubmit={event => {
            event.preventDefault();
            submit();
          }}
        >
          <Flex direction="column" gap="4">
            <FieldProblemsProvider value={input ? problemsOf(answer) : []}>
              {props.children}
            </FieldProblemsProvider>
            <TextAreaField
              label="Reason"
              secondaryLabel="optional"
              description="Whoever decides reads it."
              rows={2}
              maxLength={4000}
              value={reason}
              onChange={setReason}
            />
            {input && <PlanPreview answer={answer} />}
            {write.error && (
              <ErrorNotice
                title="The request was not made"
                error={write.error}
                onRetry={submit}
              />
            )}
          </Flex>
        </form>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" slot="close">
          Cancel
        </Button>
        <Button
          type="submit"
          form="data-resources-request"
          destructive={props.isDestructive}
          isDisabled={!input || props.isHeld}
          isPending={write.isPending}
        >
          {props.submit}
        </Button>
      </DialogFooter>
    </Dialog>
  );
};
