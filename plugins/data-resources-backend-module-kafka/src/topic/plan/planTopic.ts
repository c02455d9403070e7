import { InputError } from '@backstage/errors';
import type {
  Change,
  Finding,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { operationsOf } from '../roleAcls';
import { clusterFacts } from '../topicFacts';
import { createFindings } from './createFindings';
import {
  createTopicStep,
  deleteTopicStep,
  ensureLoginSteps,
  grantSteps,
  releaseLoginSteps,
  revokeSteps,
} from './steps';
import { planUpdate } from './planUpdate';

type Input = PlanInput<KafkaTopicSpec>;

/** What a plan takes from the instance's configuration. */
export interface PlanSettings {
  /** The most that a topic may have. */
  partitionsLimit?: number;
  /** The portal's own login, e.g. `User:data-resources`, whose ACLs are not foreign. */
  ownPrincipal?: string;
}

/** What it takes to do what is asked. Pure. */
export function planTopic(input: Input, settings: PlanSettings): ProviderPlan {
  switch (input.action) {
    case 'create':
      return planCreate(input, settings);
    case 'grant':
      return planGrant(input);
    case 'revoke':
      return planRevoke(input);
    case 'delete':
      return planDelete(input);
    case 'update':
      return planUpdate(input);
    default:
      throw new InputError(`Kafka topics know no action '${input.action}'`);
  }
}

function planCreate(input: Input, settings: PlanSettings): ProviderPlan {
  const { name } = input.object;
  const { add } = input.grants;
  const spec = input.desired;
  if (!spec) {
    throw new InputError(`The plan to create topic ${name} has no spec`);
  }
  return {
    risk: 'low',
    changes: [
      { path: 'partitions', to: spec.partitions, kind: 'create' },
      { path: 'replicationFactor', to: spec.replicationFactor, kind: 'create' },
      ...Object.entries(spec.config)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(
          ([key, value]): Change => ({
            path: `config.${key}`,
            to: value,
            kind: 'create',
          }),
        ),
      ...grantChanges(input),
    ],
    steps: [
      createTopicStep(name, spec),
      ...ensureLoginSteps(add),
      ...grantSteps(name, add),
    ],
    findings: createFindings(input, spec, settings),
  };
}

function planGrant(input: Input): ProviderPlan {
  const { name } = input.object;
  const { add } = input.grants;
  return {
    risk: 'low',
    changes: grantChanges(input),
    steps: [...ensureLoginSteps(add), ...grantSteps(name, add)],
    findings: missingFindings(input, 'deny'),
  };
}

function planRevoke(input: Input): ProviderPlan {
  const { name } = input.object;
  const { remove, keep } = input.grants;
  return {
    risk: 'medium',
    changes: grantChanges(input),
    steps: [...revokeSteps(name, remove, keep), ...releaseLoginSteps(remove)],
    findings: [],
  };
}

function planDelete(input: Input): ProviderPlan {
  const { name, identity } = input.object;
  const { remove, keep } = input.grants;
  const findings = missingFindings(input, 'info');
  if (clusterFacts(input.instance.facts).deleteTopicEnable === false) {
    findings.push({
      policy: 'kafka/topic-deletion',
      effect: 'deny',
      message:
        'The brokers refuse to delete topics (delete.topic.enable=false); set it to true first.',
    });
  }
  return {
    risk: 'high',
    changes: [
      { path: 'name', from: name, kind: 'destructive' },
      ...grantChanges(input),
    ],
    steps: [
      ...revokeSteps(name, remove, keep),
      deleteTopicStep(name, identity?.topicId),
      ...releaseLoginSteps(remove),
    ],
    findings,
  };
}

function grantChanges({ grants }: Input): Change[] {
  const path = ({ principal, role }: { principal: string; role: string }) =>
    `grants.${principal}.${role}`;
  return [
    ...grants.add.map(
      (grant): Change => ({
        path: path(grant),
        to: operationsOf(grant.role),
        kind: 'create',
      }),
    ),
    ...grants.remove.map(
      (grant): Change => ({
        path: path(grant),
        from: operationsOf(grant.role),
        kind: 'destructive',
      }),
    ),
  ].sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** The topic that the ledger knows is not there any more. */
function missingFindings(
  { object, observed }: Input,
  effect: Finding['effect'],
): Finding[] {
  if (observed.ours) {
    return [];
  }
  const found = observed.exists
    ? `the topic '${object.name}' that stands there now is another one (topic id ${observed.identity?.topicId} instead of ${object.identity?.topicId})`
    : `there is no topic '${object.name}' any more`;
  return [
    {
      policy: 'kafka/topic-missing',
      effect,
      path: 'name',
      message:
        effect === 'deny'
          ? `The topic was removed behind the portal's back: ${found}. Delete this resource, and create or adopt the topic anew.`
          : `The topic was removed behind the portal's back: ${found}. It is not touched.`,
    },
  ];
}
