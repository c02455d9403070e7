import type {
  ProviderError,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { aclKey, createAcls, deleteAcls } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { awaitEffect } from './awaitEffect';
import { listTopicsOf, noOwnTopic, ownTopic } from './ownTopic';
import { readAcls } from './readAcls';
import type { StepHandler, StepTools } from './StepHandler';

/** Gives ACLs that belong to a login and not to a topic. */
export const ensureLogin: StepHandler = {
  batchSize: 200,
  check: (steps, tools) => checkAcls(steps, tools, 'present'),
  act: (steps, tools) => giveAcls(steps, tools),
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
  act: (steps, tools) => giveAcls(steps, tools),
};

/** Takes ACLs on a topic. They are ours by their principal, whatever became of the topic. */
export const revoke: StepHandler = {
  batchSize: 200,
  check: (steps, tools) => checkAcls(steps, tools, 'absent'),
  act: (steps, tools) => takeAcls(steps, tools),
};

/** Whether all ACLs of each step are there, or none of them. */
export async function checkAcls(
  steps: readonly StepCall[],
  tools: StepTools,
  wanted: 'present' | 'absent',
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

/** Deletes the ACLs of all steps with one call, and waits until the brokers have forgotten them. */
export async function takeAcls(
  steps: readonly StepCall[],
  tools: StepTools,
): Promise<Map<string, ProviderError>> {
  const failures = await deleteAcls(
    tools.client,
    tools.deadline,
    distinctAclsOf(steps),
  );
  return settle(steps, tools, failures, 'absent');
}

async function giveAcls(
  steps: readonly StepCall[],
  tools: StepTools,
): Promise<Map<string, ProviderError>> {
  const failures = await createAcls(
    tools.client,
    tools.deadline,
    distinctAclsOf(steps),
  );
  return settle(steps, tools, failures, 'present');
}

async function settle(
  steps: readonly StepCall[],
  tools: StepTools,
  failures: ReadonlyMap<string, ProviderError>,
  wanted: 'present' | 'absent',
): Promise<Map<string, ProviderError>> {
  const failed = new Map(
    steps.flatMap(step => {
      const acl = aclsOf(step).find(candidate =>
        failures.has(aclKey(candidate)),
      );
      return acl ? [[step.key, failures.get(aclKey(acl))!] as const] : [];
    }),
  );
  const done = steps.filter(({ key }) => !failed.has(key));
  await awaitEffect(done, tools, async () => {
    const checks = await checkAcls(done, tools, wanted);
    return done.every(({ key }) => checks.get(key)?.state === 'satisfied');
  });
  return failed;
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
