import type { JsonObject } from '@backstage/types';

type Describe = (details: JsonObject) => string;

const step =
  (what: string): Describe =>
  ({ stepId, error }) =>
    `Step ${stepId} ${what}${because(error)}`;

const grant =
  (what: string): Describe =>
  ({ principal, role }) =>
    `Access of ${principal} as ${role} was ${what}`;

const credential =
  (what: string): Describe =>
  ({ version, principal, reason }) =>
    `Credential version ${version}${
      principal ? ` of ${principal}` : ''
    } ${what}${reason ? `: ${reason}` : ''}`;

const SENTENCES: Readonly<Record<string, Describe>> = {
  'request.created': ({ action, name }) => `Asked to ${action} ${name}`,
  'request.approved': () => 'The request was approved',
  'request.rejected': () => 'The request was rejected',
  'request.withdrawn': () => 'The request was withdrawn',
  'request.expired': () => 'The request expired, for nobody decided in time',
  'request.retried': () => 'The execution is tried again',
  'request.replanned': ({ revision }) =>
    `The request was planned anew${revision ? ` (revision ${revision})` : ''}`,
  'request.executing': () => 'The execution began',
  'request.completed': () => 'The execution is complete',
  'request.failed': ({ message }) =>
    `The execution failed${message ? `: ${message}` : ''}`,
  'decision.approve': ({ comment }) => `Approved${said(comment)}`,
  'decision.reject': ({ comment }) => `Rejected${said(comment)}`,
  'step.begun': step('began'),
  'step.done': step('is done'),
  'step.failed': step('failed'),
  'step.unknown': step('has an outcome that is not known yet'),
  'grant.given': grant('given'),
  'grant.taken': grant('taken away'),
  'credential.issuing': credential('is being made'),
  'credential.issued': credential('was issued'),
  'credential.ending': ({ version, endsAt }) =>
    `Credential version ${version} ends at ${endsAt}`,
  'credential.ended': credential('has ended'),
  'cluster.pinned': ({ instance, clusterId }) =>
    `${instance} is the cluster ${clusterId} from now on`,
  'cluster.replaced': ({ instance, clusterId, before }) =>
    `${instance} is the cluster ${clusterId} from now on, and was ${before}`,
  'credential.voided': credential('is void and was shown to nobody'),
};

/** An audit event as a sentence; of an event that has none, its name and message. */
export function describeAuditEvent(event: string, details: JsonObject): string {
  const sentence = Object.hasOwn(SENTENCES, event)
    ? SENTENCES[event]
    : undefined;
  return sentence?.(details) ?? `${event}${said(details.message)}`;
}

function said(text: unknown): string {
  return typeof text === 'string' && text !== '' ? `: ${text}` : '';
}

function because(error: unknown): string {
  return said((error as { message?: string } | null | undefined)?.message);
}
