import {
  fieldPath,
  type Finding,
  type PlanInput,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { kafkaTopicSpecSchema } from '../KafkaTopicSpec';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { prefixesOf } from '../topicPrefix';
import { topicFacts } from '../topicFacts';
import { foreignAcls, listAcls } from './aclFindings';
import { partitionsLimitFindings } from './createFindings';
import { grantChanges } from './grantChanges';
import type { PlanSettings } from './planTopic';
import { adoptTopicStep, ensureLoginSteps, grantSteps } from './steps';
import { topicDifferences } from './topicDifferences';

type Input = PlanInput<KafkaTopicSpec>;

const POLICY = 'kafka/adoption';

/** Takes a topic under management as it is: its id is proven and recorded, and nothing changes. */
export function planAdopt(input: Input, settings: PlanSettings): ProviderPlan {
  const { object, observed, grants } = input;
  if (!observed.exists) {
    return {
      risk: 'low',
      changes: [],
      steps: [],
      findings: [
        denied(
          `There is no topic '${object.name}' to adopt; check the name, or create it.`,
          'name',
        ),
      ],
    };
  }
  return {
    risk: 'low',
    changes: [
      {
        path: 'name',
        to: object.name,
        kind: 'in-place',
      },
      ...grantChanges(grants),
    ],
    steps: [
      adoptTopicStep(object.name, observed.identity),
      ...ensureLoginSteps(grants.add),
      ...grantSteps(object.name, grants.add, prefixesOf(input.desired)),
    ],
    findings: [
      ...(observed.ours
        ? [
            denied(
              `The portal manages topic '${object.name}' already; there is nothing to adopt.`,
              'name',
            ),
          ]
        : []),
      ...internalFindings(input),
      ...specFindings(input, settings),
      ...accessFindings(input, settings),
    ],
  };
}

function denied(message: string, path?: string): Finding {
  return {
    policy: POLICY,
    effect: 'deny',
    message,
    ...(path ? { path } : {}),
  };
}

function internalFindings({ object, observed }: Input): Finding[] {
  const { internal } = topicFacts(observed.facts);
  return internal
    ? [
        {
          policy: 'kafka/internal-topic',
          effect: 'deny',
          path: 'name',
          message: `'${object.name}' is no application's topic: ${internal}. Leave it to what made it.`,
        },
      ]
    : [];
}

/** What stands there must be a spec that could have been asked for. */
function specFindings(
  { desired, observed }: Input,
  { partitionsLimit }: PlanSettings,
): Finding[] {
  const stands = observed.spec as KafkaTopicSpec;
  const parsed = kafkaTopicSpecSchema.safeParse(stands);
  const findings = (parsed.error?.issues ?? []).map(issue =>
    denied(
      `The topic's ${issue.path.join('.') || 'spec'} ${
        issue.message
      }, as it stands on the cluster; change it there first.`,
      fieldPath(['spec', ...issue.path]),
    ),
  );
  return [
    ...findings,
    ...(desired ? changeFindings(stands, desired) : []),
    ...partitionsLimitFindings(stands.partitions, partitionsLimit).map(
      (finding): Finding => ({
        ...finding,
        effect: 'warn',
        message: `The topic has ${stands.partitions} partitions; this instance allows new ones at most ${partitionsLimit}.`,
      }),
    ),
  ];
}

/** An adoption that changed something would be another request. */
function changeFindings(
  stands: KafkaTopicSpec,
  desired: KafkaTopicSpec,
): Finding[] {
  const { partitions, replicationFactor, config } = topicDifferences(
    stands,
    desired,
    stands,
  );
  const fields = [
    ...(partitions ? ['partitions'] : []),
    ...(replicationFactor ? ['replicationFactor'] : []),
    ...config.map(({ key }) => `config.${key}`),
  ];
  return fields.length > 0
    ? [
        denied(
          `The spec differs from the topic as it stands (${fields.join(
            ', ',
          )}), and adoption changes nothing. Ask for it as it is, and for an update afterwards.`,
          'spec',
        ),
      ]
    : [];
}

/** What stays as it was, and is the baseline from then on. */
function accessFindings(
  { object, observed, grants }: Input,
  { ownPrincipal }: PlanSettings,
): Finding[] {
  const { literal, broad } = foreignAcls(
    topicFacts(observed.facts).acls,
    grants.add,
    ownPrincipal,
  );
  const tell = (acls: typeof literal, what: string): Finding[] =>
    acls.length > 0
      ? [
          {
            policy: 'kafka/foreign-acl',
            effect: 'info',
            path: 'name',
            message: `${what}: ${listAcls(acls)}.`,
          },
        ]
      : [];
  return [
    ...tell(
      literal,
      `These ACLs on topic ${object.name} stay as they are, and go with it when it is deleted`,
    ),
    ...tell(
      broad,
      'The topic stays under these ACLs, which the portal never removes',
    ),
  ];
}
