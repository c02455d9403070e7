import type {
  LiveUse,
  LiveUser,
} from '@data-resources/plugin-data-resources-common';
import type {
  Finding,
  PlanAction,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { listSome } from '../checks';

const IN_USE = 'resource/in-use';
const LAST_USED = 'resource/last-used';
const UNSEEN = 'resource/use-unseen';

const CONSEQUENCES: { readonly [action in PlanAction]?: string } = {
  quarantine: 'They lose it as soon as this is carried out.',
  delete: 'They lose it for good as soon as this is carried out.',
  update: 'This takes something away from them.',
};

/** Whether a plan takes something from whoever uses the object. */
export function isGuarded(
  action: PlanAction,
  { changes }: Pick<ProviderPlan, 'changes'>,
): boolean {
  return (
    action === 'quarantine' ||
    action === 'delete' ||
    (action === 'update' && changes.some(({ kind }) => kind === 'destructive'))
  );
}

/** The plan with what live use means for it: its risk, and who is hit, in words. */
export function withLiveUse(
  {
    subject: { planAction: action },
    made,
  }: { subject: { planAction: PlanAction }; made: ProviderPlan },
  use: LiveUse | undefined,
): ProviderPlan {
  return use
    ? {
        ...made,
        risk: use.users.length > 0 ? 'high' : made.risk,
        findings: [...made.findings, ...findingsOfUse(action, use)],
      }
    : made;
}

function findingsOfUse(action: PlanAction, use: LiveUse): Finding[] {
  const findings: Finding[] = [];
  if (use.users.length > 0) {
    findings.push({
      policy: IN_USE,
      effect: 'warn',
      message: `In use now by ${listUsers(use.users)}. ${CONSEQUENCES[action]}`,
    });
  } else if (use.lastUsedAt) {
    findings.push({
      policy: LAST_USED,
      effect: 'info',
      message: `Nobody was seen using it; it was last used at ${use.lastUsedAt}.`,
    });
  }
  if (use.message !== undefined) {
    findings.push({
      policy: UNSEEN,
      effect: 'warn',
      message: `Nobody could look who uses it: ${use.message}`,
    });
  } else if (use.unseen.length > 0) {
    findings.push({
      policy: UNSEEN,
      effect: 'info',
      message: `What could not be looked at: ${use.unseen.join('; ')}`,
    });
  }
  return findings;
}

/** For example `session billing_a (3) of component:default/billing`. */
export function listUsers(users: readonly LiveUser[]): string {
  return listSome(
    users.map(
      ({ kind, name, count, principal }) =>
        `${kind} ${name}${count > 1 ? ` (${count})` : ''}${
          principal ? ` of ${principal}` : ''
        }`,
    ),
  );
}

/**
 * Those who were not there, or not known, when a plan was read: by who they are, for the same ones
 * come and go with other numbers.
 */
export function newUsers(
  before: LiveUse | undefined,
  now: LiveUse | undefined,
): LiveUser[] {
  const key = ({ kind, name }: LiveUser) => JSON.stringify([kind, name]);
  const known = new Set(before?.users.map(key));
  return (now?.users ?? []).filter(user => !known.has(key(user)));
}

/** Whether a plan that takes something away must be read again before it is carried out. */
export function isUsedOtherwise(
  before: LiveUse | undefined,
  now: LiveUse | undefined,
): boolean {
  const blind = now?.message !== undefined && before?.message === undefined;
  return blind || newUsers(before, now).length > 0;
}

/** Whether it is known, as far as the engine can tell, that nobody uses it. */
export function isUnused(use: LiveUse | undefined): boolean {
  return !use || (use.users.length === 0 && use.message === undefined);
}
