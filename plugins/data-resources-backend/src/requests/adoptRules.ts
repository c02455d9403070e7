import type {
  EffectiveAccess,
  Finding,
  InstanceProbe,
  Observation,
  ProviderPlan,
  ResourceProvider,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import { listSome } from '../checks';
import { weaken } from '../policy';
import { parseSpec, RequestInputError } from './input';
import { inOrder, planInput } from './planInput';
import type { Subject } from './Subject';

const NOTHING: ProviderPlan = {
  changes: [],
  steps: [],
  findings: [],
  risk: 'low',
};

/**
 * An adoption declares what the engine has. Without a spec where the type's schema does not take
 * that. Throws `RequestInputError` where there is nothing to adopt.
 */
export function withObservedSpec(
  subject: Subject,
  observed: Observation,
): Subject {
  const { planAction, instance, type, name } = subject;
  if (planAction !== 'adopt') {
    return subject;
  }
  if (!observed.exists) {
    throw new RequestInputError(
      `name is ${JSON.stringify(name)}, and ${instance.name} has no ${
        type.type
      } of that name now; to have one made, ask with the action "create"`,
      { path: 'name' },
    );
  }
  const spec = specOf(type, observed);
  return { ...subject, desired: 'desired' in spec ? spec.desired : undefined };
}

/** Policies judge what is there, whether it can be declared or not. */
export function withSpecToJudge(
  subject: Subject,
  observed: Observation,
): Subject {
  return subject.planAction === 'adopt' && !subject.desired
    ? { ...subject, desired: observed.spec }
    : subject;
}

/** What the engine would do; nothing for what cannot be declared, or was never taken over. */
export function providerPlan(
  provider: ResourceProvider,
  subject: Subject,
  observed: Observation,
  probe: InstanceProbe,
): ProviderPlan {
  if (subject.forgets) {
    return {
      ...NOTHING,
      changes: [
        {
          path: 'managed',
          from: subject.name,
          to: 'no longer; the object stays as it is',
          kind: 'in-place',
        },
      ],
    };
  }
  return subject.planAction === 'adopt' && !subject.desired
    ? NOTHING
    : provider.plan(planInput(subject, observed, probe));
}

/** What is told about an adoption besides what policies and the engine say. */
export function adoptFindings(
  { planAction, desired, type, name }: Subject,
  observed: Observation,
  foreign: readonly EffectiveAccess[] = [],
): Finding[] {
  if (planAction !== 'adopt') {
    return [];
  }
  const spec = desired ? { desired } : specOf(type, observed);
  const logins = [...new Set(foreign.map(({ login }) => login))];
  return [
    ...('problem' in spec
      ? [
          {
            policy: 'adopt/spec',
            effect: 'deny' as const,
            path: 'name',
            message: `${name} is in a state that ${type.type} cannot declare: ${spec.problem}. Change that on the engine first`,
          },
        ]
      : []),
    ...(logins.length > 0
      ? [
          {
            policy: 'adopt/access',
            effect: 'info' as const,
            message: `Reach it already, and go on doing so: ${listSome(
              logins,
            )}. This is recorded; only what changes after it counts as drift`,
          },
        ]
      : []),
  ];
}

/**
 * What the engine's rules say of an adoption. That it cannot be adopted binds; what the engine
 * would not let anybody set today is an old sin.
 */
export function bindingAdoptFindings(findings: readonly Finding[]): Finding[] {
  return findings.flatMap(finding =>
    finding.path === 'spec' || finding.path?.startsWith('spec.')
      ? weaken('adopt', [finding])
      : [finding],
  );
}

function specOf(
  type: ResourceType,
  observed: Observation,
): { desired: Subject['desired'] } | { problem: string } {
  try {
    return { desired: inOrder(parseSpec(type, observed.spec ?? {})) };
  } catch (error) {
    if (error instanceof RequestInputError) {
      return { problem: error.message };
    }
    throw error;
  }
}
