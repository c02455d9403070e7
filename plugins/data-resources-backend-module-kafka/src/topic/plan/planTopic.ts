import { InputError } from '@backstage/errors';
import type {
  Change,
  Finding,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { QuotaConfig } from '../../quotas/quotas';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { clusterFacts } from '../topicFacts';
import { heldPrefixes, prefixesOf } from '../topicPrefix';
import { adminPart } from './adminPart';
import { assignReplicas } from './assignReplicas';
import { createFindings } from './createFindings';
import { planAdopt } from './planAdopt';
import { planDelete } from './planDelete';
import { grantChanges } from './grantChanges';
import { missingFindings } from './missingFindings';
import { highestRisk } from './PlanPart';
import { newPrefixFindings, prefixRisk } from './prefixPart';
import { planQuarantine, planRestore } from './planQuarantine';
import { planUpdate } from './planUpdate';
import { ensureQuotasSteps } from './quotaSteps';
import {
  createTopicStep,
  ensureLoginSteps,
  grantSteps,
  releaseLoginSteps,
  revokeSteps,
} from './steps';

type Input = PlanInput<KafkaTopicSpec>;

/** What a plan takes from the instance's configuration. */
export interface PlanSettings {
  /** The most that a topic may have. */
  partitionsLimit?: number;
  /** The portal's own login, e.g. `User:data-resources`, whose ACLs are not foreign. */
  ownPrincipal?: string;
  /** Absent: the portal leaves quotas alone. */
  quotas?: QuotaConfig;
}

/** What it takes to do what is asked. Pure. */
export function planTopic(input: Input, settings: PlanSettings): ProviderPlan {
  switch (input.action) {
    case 'create':
      return planCreate(input, settings);
    case 'adopt':
      return planAdopt(input, settings);
    case 'grant':
      return planGrant(input, settings);
    case 'revoke':
      return planRevoke(input, settings);
    case 'delete':
      return planDelete(input, settings);
    case 'update':
      return planUpdate(input, settings);
    case 'quarantine':
      return planQuarantine(input, settings);
    case 'restore':
      return planRestore(input, settings);
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
  const admins = adminPart(add);
  return {
    risk: highestRisk([...admins.map(({ risk }) => risk), prefixRisk(spec)]),
    changes: [
      { path: 'partitions', to: spec.partitions, kind: 'create' },
      { path: 'replicationFactor', to: spec.replicationFactor, kind: 'create' },
      ...(spec.brokers
        ? [{ path: 'brokers', to: spec.brokers, kind: 'create' as const }]
        : []),
      ...Object.entries(spec.config)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(
          ([key, value]): Change => ({
            path: `config.${key}`,
            to: value,
            kind: 'create',
          }),
        ),
      ...prefixesOf(spec).map(
        (prefix): Change => ({ path: 'prefix', to: prefix, kind: 'create' }),
      ),
      ...grantChanges(input.grants),
    ],
    steps: [
      createTopicStep(name, spec, replicasOf(name, spec, input)),
      ...ensureLoginSteps(add),
      ...ensureQuotasSteps(add, settings.quotas),
      ...grantSteps(name, add, prefixesOf(spec)),
    ],
    findings: [
      ...createFindings(input, spec, settings),
      ...newPrefixFindings(input, spec, settings),
      ...admins.flatMap(({ findings }) => findings),
    ],
  };
}

/** Where the spec says which brokers there may be; else Kafka chooses. */
function replicasOf(
  name: string,
  { partitions, replicationFactor, brokers: allowed }: KafkaTopicSpec,
  { instance }: Input,
): number[][] | undefined {
  return (
    allowed &&
    assignReplicas(Array(partitions).fill([]), {
      name,
      replicationFactor,
      brokers: clusterFacts(instance.facts).brokers ?? [],
      allowed,
    })
  );
}

function planGrant(input: Input, { quotas }: PlanSettings): ProviderPlan {
  const { name } = input.object;
  const { add } = input.grants;
  const prefixes = prefixesOf(input.desired);
  const admins = adminPart(add);
  return {
    risk: highestRisk([
      ...admins.map(({ risk }) => risk),
      prefixRisk(input.desired),
    ]),
    changes: grantChanges(input.grants),
    steps: [
      ...ensureLoginSteps(add),
      ...ensureQuotasSteps(add, quotas),
      ...grantSteps(name, add, prefixes),
    ],
    findings: [
      ...missingFindings(input, 'deny'),
      ...prefixes.map(
        (prefix): Finding => ({
          policy: 'kafka/prefix',
          effect: 'warn',
          path: 'spec.prefix',
          message: `The role is given on every topic that begins with '${prefix}' as well, those made later included.`,
        }),
      ),
      ...admins.flatMap(({ findings }) => findings),
    ],
  };
}

function planRevoke(input: Input, settings: PlanSettings): ProviderPlan {
  const { name } = input.object;
  const { remove, keep } = input.grants;
  return {
    risk: 'medium',
    changes: grantChanges(input.grants),
    steps: [
      ...revokeSteps(name, remove, keep, heldPrefixes(input)),
      ...releaseLoginSteps(remove, settings),
    ],
    findings: [],
  };
}
