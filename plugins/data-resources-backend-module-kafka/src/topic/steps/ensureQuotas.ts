import type {
  Change,
  ProviderError,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import { alterUserQuotas, describeUserQuotas } from '../../client/quotas';
import type { QuotaChange, UserQuota } from '../../client/quotas';
import { awaitEffect } from './awaitEffect';
import type { StepArgs } from './StepArgs';
import type { StepHandler, StepTools } from './StepHandler';

type Args = StepArgs['ensure-quotas'];

/**
 * Gives logins the quotas that the configuration has for them, and no others: they are the
 * portal's users, and another quota of theirs is somebody's doing past the configuration.
 */
export const ensureQuotas: StepHandler = {
  batchSize: 200,

  async check(steps, tools) {
    const quotas = await readQuotas(steps.flatMap(usersOf), tools);
    return new Map(
      steps.map(step => {
        const changes = differencesOf(argsOf(step), quotas);
        return [
          step.key,
          changes.length === 0
            ? { state: 'satisfied' }
            : { state: 'pending', evidence: {}, changes },
        ];
      }),
    );
  },

  async act(steps, tools) {
    const quotas = await readQuotas(steps.flatMap(usersOf), tools);
    const changes = new Map(
      steps.flatMap(step => {
        const args = argsOf(step);
        return args.users.map(user => [
          user,
          changesOf(user, args.quotas, quotas.get(user)),
        ]);
      }),
    );
    const failures = await alterUserQuotas(
      tools.client,
      tools.deadline,
      [...changes.values()].flat(),
    );
    const failed = failuresOf(steps, usersOf, failures);
    const answers = await awaitEffect(
      steps.filter(({ key }) => !failed.has(key)),
      tools,
      { check: open => ensureQuotas.check(open, tools) },
    );
    return new Map([...answers, ...failed]);
  },
};

/** Takes all quotas of users that are about to go. Answers with failures by user. */
export async function removeQuotas(
  users: readonly string[],
  tools: StepTools,
): Promise<Map<string, ProviderError>> {
  const quotas = await readQuotas(users, tools);
  return alterUserQuotas(
    tools.client,
    tools.deadline,
    users.flatMap(user => changesOf(user, {}, quotas.get(user))),
  );
}

/** The quotas of users, those of their single clients as well; only users that have some. */
export async function readQuotas(
  users: readonly string[],
  { client, deadline }: StepTools,
): Promise<Map<string, UserQuota[]>> {
  const found = new Map<string, UserQuota[]>();
  for (const quota of await describeUserQuotas(client, deadline, users)) {
    found.set(quota.user, [...(found.get(quota.user) ?? []), quota]);
  }
  return found;
}

/** Of each step the first failure among its users. */
export function failuresOf(
  steps: readonly StepCall[],
  users: (step: StepCall) => readonly string[],
  failures: ReadonlyMap<string, ProviderError>,
): Map<string, ProviderError> {
  return new Map(
    steps.flatMap(step => {
      const user = users(step).find(candidate => failures.has(candidate));
      return user ? [[step.key, failures.get(user)!]] : [];
    }),
  );
}

function differencesOf(
  { principal, users, quotas }: Args,
  found: ReadonlyMap<string, readonly UserQuota[]>,
): Change[] {
  const wanted = new Map(Object.entries(quotas));
  const there = users.map(
    user =>
      new Map(
        (found.get(user) ?? []).map(quota => [labelOf(quota), quota.value]),
      ),
  );
  const labels = new Set([
    ...wanted.keys(),
    ...there.flatMap(quotasOfUser => [...quotasOfUser.keys()]),
  ]);
  return [...labels].sort().flatMap(label => {
    const to = wanted.get(label);
    const other = there
      .map(quotasOfUser => quotasOfUser.get(label))
      .filter(value => value !== to);
    return other.length === 0
      ? []
      : [
          {
            path: `access.${principal}.${label}`,
            ...(other[0] === undefined ? {} : { from: other[0] }),
            ...(to === undefined ? {} : { to }),
            kind: 'in-place' as const,
          },
        ];
  });
}

/** What it takes of a user: one change for all its clients, and one for each that has its own. */
function changesOf(
  user: string,
  wanted: { [key: string]: number },
  found: readonly UserQuota[] = [],
): QuotaChange[] {
  const ofAll = new Map<string, number>();
  const ofClients = new Map<string | null, string[]>();
  for (const { key, clientId, value } of found) {
    if (clientId === undefined) {
      ofAll.set(key, value);
    } else {
      // Kafka takes a quota of a single client before that of its user.
      ofClients.set(clientId, [...(ofClients.get(clientId) ?? []), key]);
    }
  }
  const set = Object.entries(wanted).filter(
    ([key, value]) => ofAll.get(key) !== value,
  );
  const remove = [...ofAll.keys()].filter(key => wanted[key] === undefined);
  return [
    ...(set.length + remove.length > 0
      ? [{ user, set: Object.fromEntries(set), remove }]
      : []),
    ...[...ofClients].map(([clientId, keys]) => ({
      user,
      clientId,
      set: {},
      remove: keys,
    })),
  ];
}

function labelOf({ key, clientId }: UserQuota): string {
  if (clientId === undefined) {
    return key;
  }
  return `${key} of client-id ${clientId ?? '<default>'}`;
}

function argsOf(step: StepCall): Args {
  return step.args as Args;
}

function usersOf(step: StepCall): string[] {
  return argsOf(step).users;
}
