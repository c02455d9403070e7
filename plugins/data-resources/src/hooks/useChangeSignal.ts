import { useApiHolder } from '@backstage/frontend-plugin-api';
import { signalApiRef } from '@backstage/plugin-signals-react';
import {
  DATA_RESOURCES_CHANNEL,
  type ChangeSignal,
} from '@data-resources/plugin-data-resources-common';
import { useEffect } from 'react';

/** One change of an execution is often followed by another: they are one look. */
const TOGETHER_MS = 100;

/** A request, or a resource together with the requests about it. */
export type SignalSubject = { request: string } | { resource: string };

/**
 * Calls `onChanged` soon after the backend signals a change of the subject, while the tab is seen.
 * Without the signals plugin it does nothing.
 */
export function useChangeSignal(
  subject: SignalSubject | undefined,
  onChanged: () => void,
): void {
  const signals = useApiHolder().get(signalApiRef);
  const request = subject && 'request' in subject ? subject.request : undefined;
  const resource =
    subject && 'resource' in subject ? subject.resource : undefined;

  useEffect(() => {
    if (!signals || !(request || resource)) {
      return undefined;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { unsubscribe } = signals.subscribe<ChangeSignal>(
      DATA_RESOURCES_CHANNEL,
      ({ kind, id, resourceId }) => {
        const isMine =
          kind === 'request'
            ? id === request || (resource && resourceId === resource)
            : id === resource;
        // Who comes back to a hidden tab looks then.
        if (isMine && !timer && document.visibilityState !== 'hidden') {
          timer = setTimeout(() => {
            timer = undefined;
            onChanged();
          }, TOGETHER_MS);
        }
      },
    );
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [signals, request, resource, onChanged]);
}
