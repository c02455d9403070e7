import type { NotificationPayload } from '@backstage/plugin-notifications-common';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { isReversible } from '../requests/deletionChange';

/**
 * Whom a notification is for. Who is both gets the requester's. The `owner` hears of what the
 * portal itself asked for.
 */
export type RequestAudience = 'approver' | 'requester' | 'owner';

const MAX_QUOTE = 200;

const COMPLETED: Readonly<Record<DataRequest['action'], string>> = {
  create:
    'It is ready. Its page shows how to connect, and your components get their credentials there.',
  update: 'The change is in force.',
  delete: 'It is gone, and so is all access to it.',
  restore: 'It is back, with its access.',
  grant:
    'The access is there. Get the credentials on the page of the resource.',
  revoke: 'The access was taken away.',
  adopt: 'The portal looks after it from now on.',
};

const NOUNS: Readonly<Record<Exclude<DataRequest['action'], 'grant'>, string>> =
  {
    create: 'new',
    update: 'change of',
    delete: 'deletion of',
    restore: 'return of',
    revoke: 'end of access to',
    adopt: 'adoption of',
  };

type Text = Required<
  Pick<NotificationPayload, 'title' | 'description' | 'severity'>
>;

function forApprover(request: DataRequest): Text {
  const what = nounPhrase(request);
  const who = nameOf(request.requestedBy);
  const where = `${request.instance} (${request.environment})`;
  switch (request.state) {
    case 'pending':
      return {
        title: `Please decide: ${what}`,
        description: sentences(
          `${who} asks for it on ${where}, for ${nameOf(request.owner)}.`,
          request.reason && `Reason: ${quote(request.reason)}`,
          request.plan.risk === 'high' && 'The plan is of high risk.',
          request.plan.use?.users.length && 'It is in use now.',
        ),
        severity: request.plan.risk === 'high' ? 'high' : 'normal',
      };
    case 'approved':
    case 'executing':
      return {
        title: `Approved: ${what}`,
        description: waitingOr(request, `It is being carried out on ${where}.`),
        severity: 'low',
      };
    case 'completed':
      return {
        title: `Done: ${what}`,
        description: `It was carried out on ${where}.`,
        severity: 'low',
      };
    case 'failed':
      return {
        title: `Failed: ${what}`,
        description: sentences(
          `It was approved, and could not be carried out on ${where}.`,
          failureOf(request),
        ),
        severity: 'high',
      };
    case 'rejected':
      return {
        title: `Rejected: ${what}`,
        description: rejectionOf(request),
        severity: 'low',
      };
    case 'withdrawn':
      return {
        title: `Withdrawn: ${what}`,
        description: 'There is nothing left to decide.',
        severity: 'low',
      };
    case 'expired':
      return {
        title: `Expired: ${what}`,
        description: 'Nobody decided in time.',
        severity: 'low',
      };
    default:
      return unknownState(request.state);
  }
}

function forRequester(request: DataRequest): Text {
  const what = nounPhrase(request);
  const where = `${request.instance} (${request.environment})`;
  switch (request.state) {
    case 'pending':
      return {
        title: `Waiting for approval: ${what}`,
        description: approversOf(request),
        severity: 'low',
      };
    case 'approved':
    case 'executing':
      return {
        title: `Approved: ${what}`,
        description: waitingOr(
          request,
          `${approvalOf(request)} It is being carried out on ${where} now.`,
        ),
        severity: 'normal',
      };
    case 'completed':
      return {
        title: `Done: ${what}`,
        description: isQuarantine(request)
          ? 'Nobody can use it any more. It can be restored until its quarantine ends; then it is removed for good.'
          : COMPLETED[request.action],
        severity: 'normal',
      };
    case 'failed':
      return {
        title: `Failed: ${what}`,
        description: sentences(
          failureOf(request) ?? `It could not be carried out on ${where}.`,
          'You can try again from the request.',
        ),
        severity: 'high',
      };
    case 'rejected':
      return {
        title: `Rejected: ${what}`,
        description: rejectionOf(request),
        severity: 'high',
      };
    case 'withdrawn':
      return {
        title: `Withdrawn: ${what}`,
        description: 'Nothing was changed.',
        severity: 'low',
      };
    case 'expired':
      return {
        title: `Expired: ${what}`,
        description:
          'Nobody decided in time, and nothing was changed. Ask again if you still need it.',
        severity: 'normal',
      };
    default:
      return unknownState(request.state);
  }
}

/** Drift that a policy has ended: nobody was asked, so that it is told. */
function forOwner(request: DataRequest): Text {
  const { type, name, reason = '' } = request;
  const what = `${type} ${name}`;
  switch (request.state) {
    case 'completed':
      return {
        title: `Drift corrected: ${what}`,
        description: quote(reason),
        severity: 'normal',
      };
    case 'failed':
      return {
        title: `Drift could not be corrected: ${what}`,
        description: sentences(quote(reason), failureOf(request)),
        severity: 'high',
      };
    case 'rejected':
      return {
        title: `Drift changed meanwhile: ${what}`,
        description: rejectionOf(request),
        severity: 'low',
      };
    default:
      return {
        title: `Drift is being corrected: ${what}`,
        description: waitingOr(request, quote(reason)),
        severity: 'normal',
      };
  }
}

const TEXTS: Readonly<Record<RequestAudience, (request: DataRequest) => Text>> =
  {
    approver: forApprover,
    requester: forRequester,
    owner: forOwner,
  };

/**
 * What people are told about a request, by its state. All notifications of one request have
 * one scope, so that a newer one takes the place of the older.
 */
export function describeRequest(
  request: DataRequest,
  audience: RequestAudience,
): NotificationPayload {
  const text = TEXTS[audience](request);
  return {
    ...text,
    link: `/data-resources/requests/${encodeURIComponent(request.id)}`,
    scope: `data-resources:request:${request.id}`,
    topic:
      audience === 'approver'
        ? 'data-resources:approvals'
        : 'data-resources:requests',
  };
}

/** What is asked for, e.g. `new kafka-topic payments.settled`. */
function nounPhrase({ action, type, name, input }: DataRequest): string {
  if (action === 'grant') {
    const role = input.role ?? 'access';
    const whose = input.principal ? ` for ${nameOf(input.principal)}` : '';
    return `${role} on ${type} ${name}${whose}`;
  }
  return `${NOUNS[action]} ${type} ${name}`;
}

function approversOf({ plan }: DataRequest): string {
  const missing = plan.approval.required.filter(
    ({ count, given }) => given < count,
  );
  if (missing.length === 0) {
    return 'We tell you as soon as it is decided.';
  }
  const groups = missing.map(({ group, count, given }) =>
    count - given === 1
      ? `one person of ${nameOf(group)}`
      : `${count - given} people of ${nameOf(group)}`,
  );
  return `It needs the approval of ${groups.join(' and ')}.`;
}

function approvalOf({ decisions }: DataRequest): string {
  const approvals = decisions.filter(({ effect }) => effect === 'approve');
  const last = approvals[approvals.length - 1];
  if (!last) {
    return '';
  }
  return last.by.startsWith('policy:')
    ? `The policy ${last.by.slice('policy:'.length)} approved it.`
    : sentences(
        `${nameOf(last.by)} approved it.`,
        last.comment && `Comment: ${quote(last.comment)}`,
      );
}

function rejectionOf({ decisions }: DataRequest): string {
  const rejection = decisions.find(({ effect }) => effect === 'reject');
  if (!rejection) {
    return 'Nothing was changed.';
  }
  return sentences(
    `${nameOf(rejection.by)} rejected it.`,
    rejection.comment && `Reason: ${quote(rejection.comment)}`,
  );
}

function failureOf({ execution, plan }: DataRequest): string | undefined {
  const failed = execution.find(
    ({ state, error }) => state === 'failed' && error,
  );
  if (!failed?.error) {
    return undefined;
  }
  const step = plan.steps.find(({ id }) => id === failed.stepId);
  return `${step ? `"${step.title}" failed` : 'A step failed'}: ${quote(
    failed.error.message,
  )}`;
}

function waitingOr({ waiting }: DataRequest, otherwise: string): string {
  return waiting
    ? `It waits: ${quote(waiting.message)} It goes on by itself.`
    : otherwise.trim();
}

/** The part of a ref that people know. */
function nameOf(ref: string): string {
  return ref.slice(Math.max(ref.lastIndexOf('/'), ref.indexOf(':')) + 1);
}

/** Somebody's words: on one line, cut, and ending as a sentence does. */
function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  if (characters.length > MAX_QUOTE) {
    return `${characters.slice(0, MAX_QUOTE).join('')}…`;
  }
  return /[.!?…]$/.test(line) ? line : `${line}.`;
}

function sentences(...parts: (string | false | 0 | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

function unknownState(state: never): never {
  throw new Error(`There is no text for a request in state ${state}`);
}

/** Whether a deletion is only its first half, from which there is a way back. */
function isQuarantine({ action, plan }: DataRequest): boolean {
  return action === 'delete' && isReversible(plan.changes);
}
