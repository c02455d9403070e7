import type {
  ProviderError,
  StepAnswer,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import {
  aclKey,
  createAcls,
  deleteAcls,
  describeAclKeys,
} from '../../client/acls';
import type { Acl } from '../../client/acls';
import { awaitEffect } from './awaitEffect';
import { listTopicsOf, noOwnTopic, ownTopic } from './ownTopic';
import { readAcls } from './readAcls';
import type { StepHandler, StepTools } from './StepHandler';

/** How the ACLs of a step are to be in the end. */
type Wanted = 'present' | 'absent';

/** Gives ACLs that belong to a login and not to a topic. */
export const ensureLogin: StepHandler = {
  batchSize: 200,
  check: (steps, tools) => checkAcls(steps, tools, 'present'),
  act: (steps, tools) => changeAcls(ensureLogin, steps, tools, 'present'),
};

/** Gives ACLs on a topic, as long as it is the one that the ledger knows. */
export const grant: StepHandler = {
  batchSize: 200,
  async check(steps, tools) {
    const [checks, list] = await Promise.all([
      checkAcls(steps, tools, 'present'),
      listTopicsOf(steps, tools),
    ]);
    for (const { key, object } of steps) {
      if (!ownTopic(object, list)) {
        checks.set(
          key,
          noOwnTopic(object, list, {
            other: 'nobody is given access to it',
            gone: 'to give access to',
          }),
        );
      }
    }
    return checks;
  },
  act: (steps, tools) => changeAcls(grant, steps, tools, 'present'),
};

/** Takes ACLs on a topic. They are ours by their principal, whatever became of the topic. */
export const revoke: StepHandler = {
  batchSize: 200,
  check: (steps, tools) => checkAcls(steps, tools, 'absent'),
  act: (steps, tools) => changeAcls(revoke, steps, tools, 'absent'),
};

/** Whether all ACLs of each step are there, or none of them. */
export async function checkAcls(
  steps: readonly StepCall[],
  tools: StepTools,
  wanted: Wanted,
): Promise<Map<string, StepCheck>> {
  const isThere = await readAcls(steps.flatMap(aclsOf), tools);
  return new Map(
    steps.map(step => [
      step.key,
      aclsOf(step).every(acl => isThere(acl) === (wanted === 'present'))
        ? { state: 'satisfied' }
        : { state: 'pending', evidence: {} },
    ]),
  );
}

/** Gives or takes the ACLs of all steps with one call, and waits until the handler sees it. */
export async function changeAcls(
  { check }: Pick<StepHandler, 'check'>,
  steps: readonly StepCall[],
  tools: StepTools,
  wanted: Wanted,
): Promise<Map<string, StepAnswer>> {
  const failures = await sendAcls(steps, tools, wanted);
  const answers = await awaitEffect(
    steps.filter(({ key }) => !failures.has(key)),
    tools,
    {
      check: open => check(open, tools),
      shows: step => showsLast(step, tools, wanted),
    },
  );
  return new Map([...answers, ...failures]);
}

/** Gives or takes the ACLs of all steps with one call. Answers with the steps that failed. */
export async function sendAcls(
  steps: readonly StepCall[],
  { client, deadline }: StepTools,
  wanted: Wanted,
): Promise<Map<string, ProviderError>> {
  const send = wanted === 'present' ? createAcls : deleteAcls;
  const failures = await send(client, deadline, distinctAclsOf(steps));
  return new Map(
    steps.flatMap(step => {
      const acl = aclsOf(step).find(candidate =>
        failures.has(aclKey(candidate)),
      );
      return acl ? [[step.key, failures.get(aclKey(acl))!] as const] : [];
    }),
  );
}

/** Whether the last ACL of a step is as it is to be: brokers apply a request's ACLs in order. */
async function showsLast(
  step: StepCall,
  { client, deadline }: StepTools,
  wanted: Wanted,
): Promise<boolean> {
  const last = aclsOf(step).at(-1);
  if (!last) {
    return true;
  }
  const { resourceType, resourceName, patternType, principal } = last;
  const found = await describeAclKeys(client, deadline, {
    resourceType,
    resourceName,
    patternType,
    principal,
  });
  return found.has(aclKey(last)) === (wanted === 'present');
}

/** Steps of many objects share the ACLs of their logins; Kafka would store each copy. */
function distinctAclsOf(steps: readonly StepCall[]): Acl[] {
  return [
    ...new Map(
      steps.flatMap(aclsOf).map(acl => [aclKey(acl), acl] as const),
    ).values(),
  ];
}

function aclsOf(step: StepCall): Acl[] {
  return (step.args as { acls: Acl[] }).acls;
}
