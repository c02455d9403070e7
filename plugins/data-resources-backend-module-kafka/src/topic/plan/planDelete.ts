import type {
  Change,
  Finding,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { describeAcl } from '../../client/acls';
import type { Acl } from '../../client/acls';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { heldPrefixes } from '../topicPrefix';
import { clusterFacts, topicFacts } from '../topicFacts';
import { foreignAcls, listAcls } from './aclFindings';
import { grantChanges } from './grantChanges';
import { missingFindings } from './missingFindings';
import type { PlanSettings } from './planTopic';
import {
  deleteTopicStep,
  releaseLoginSteps,
  removeForeignAclsStep,
  revokeSteps,
} from './steps';

type Input = PlanInput<KafkaTopicSpec>;

/**
 * Deletes the topic, the access that the portal gave, and the ACLs of others on this name
 * alone: left behind, they would wait for whoever uses the name next.
 */
export function planDelete(input: Input, settings: PlanSettings): ProviderPlan {
  const { name, identity } = input.object;
  const { remove, keep } = input.grants;
  const { literal, broad } = foreignOf(input, settings);
  return {
    risk: 'high',
    changes: [
      { path: 'name', from: name, kind: 'destructive' },
      ...grantChanges(input.grants),
      ...literal.map(aclChange),
    ],
    steps: [
      ...revokeSteps(name, remove, keep, heldPrefixes(input)),
      deleteTopicStep(name, identity?.topicId),
      ...(literal.length > 0 ? [removeForeignAclsStep(name, literal)] : []),
      ...releaseLoginSteps(remove, settings),
    ],
    findings: [
      ...missingFindings(input, 'info'),
      ...deletionFindings(input),
      ...foreignFindings(literal, broad),
    ],
  };
}

/** Under another topic of the name, or none at all, they are not the portal's to remove. */
function foreignOf(
  { observed, grants }: Input,
  { ownPrincipal }: PlanSettings,
): ReturnType<typeof foreignAcls> {
  return observed.ours
    ? foreignAcls(
        topicFacts(observed.facts).acls,
        [...grants.add, ...grants.remove, ...grants.keep],
        ownPrincipal,
      )
    : { literal: [], broad: [] };
}

function aclChange(acl: Acl): Change {
  return {
    path: `acls.${acl.principal}.${acl.operation}`,
    from: describeAcl(acl),
    kind: 'destructive',
  };
}

function deletionFindings({ instance }: Input): Finding[] {
  return clusterFacts(instance.facts).deleteTopicEnable === false
    ? [
        {
          policy: 'kafka/topic-deletion',
          effect: 'deny',
          message:
            'The brokers refuse to delete topics (delete.topic.enable=false); set it to true first.',
        },
      ]
    : [];
}

function foreignFindings(
  literal: readonly Acl[],
  broad: readonly Acl[],
): Finding[] {
  return [
    ...(literal.length > 0
      ? [
          {
            policy: 'kafka/foreign-acl',
            effect: 'warn' as const,
            path: 'name',
            message: `These ACLs on the topic, which the portal did not make, are removed with it: ${listAcls(
              literal,
            )}.`,
          },
        ]
      : []),
    ...(broad.length > 0
      ? [
          {
            policy: 'kafka/foreign-acl',
            effect: 'info' as const,
            path: 'name',
            message: `These ACLs cover the topic and others, and stay: ${listAcls(
              broad,
            )}.`,
          },
        ]
      : []),
  ];
}
