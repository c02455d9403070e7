import type {
  Finding,
  PlanInput,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { principalsOf } from '../roleAcls';
import { topicFacts } from '../topicFacts';
import { heldPrefixes, prefixesOf, prefixFindings } from '../topicPrefix';
import { listAcls } from './aclFindings';
import type { PlanPart } from './PlanPart';
import type { PlanSettings } from './planTopic';
import { givePrefixSteps, takePrefixSteps } from './steps';

type Input = PlanInput<KafkaTopicSpec>;

/** What an update does about the prefix; nothing where it stays as it is. */
export function prefixPart(
  input: Input,
  desired: KafkaTopicSpec,
  settings: PlanSettings,
): (PlanPart & { steps: PlannedStep[] }) | undefined {
  const to = prefixesOf(desired);
  const held = heldPrefixes({ ...input, desired: undefined });
  const taken = held.filter(prefix => !to.includes(prefix));
  const given = to.filter(
    prefix => !prefixesOf(input.current).includes(prefix),
  );
  if (taken.length === 0 && given.length === 0) {
    return undefined;
  }
  const { keep } = input.grants;
  return {
    // Somebody has more than before, or less.
    risk: 'medium',
    changes: [
      {
        path: 'prefix',
        from: taken.length > 0 ? taken.join(', ') : undefined,
        to: desired.prefix,
        kind: taken.length > 0 && keep.length > 0 ? 'destructive' : 'in-place',
      },
    ],
    steps: [...takePrefixSteps(keep, taken), ...givePrefixSteps(keep, given)],
    findings:
      given.length > 0 ? newPrefixFindings(input, desired, settings) : [],
  };
}

/** Who gets a role gets it on more than the topic. */
export function prefixRisk(spec: KafkaTopicSpec | undefined): PlanPart['risk'] {
  return spec?.prefix === undefined ? 'low' : 'medium';
}

/** What there is to say about a prefix that is asked for. */
export function newPrefixFindings(
  { object, observed, grants }: Input,
  spec: KafkaTopicSpec,
  { ownPrincipal }: PlanSettings,
): Finding[] {
  const ours = new Set(
    [...grants.add, ...grants.keep].flatMap(({ login }) => principalsOf(login)),
  );
  const overlapping = topicFacts(observed.facts).prefixed.filter(
    ({ principal }) => principal !== ownPrincipal && !ours.has(principal),
  );
  return [
    ...prefixFindings(object.name, spec),
    ...(spec.prefix !== undefined && overlapping.length > 0
      ? [
          {
            policy: 'kafka/foreign-acl',
            effect: 'warn' as const,
            path: 'spec.prefix',
            message: `These ACLs overlap with '${
              spec.prefix
            }', and no grant on this topic gives them: ${listAcls(
              overlapping,
            )}. Who has them reaches topics that are made there.`,
          },
        ]
      : []),
  ];
}
