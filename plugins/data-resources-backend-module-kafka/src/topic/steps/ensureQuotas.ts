import type {
  Change,
  ProviderError,
  StepCall,
} from '@data-resources/plugin-data-resources-node';
import { alterUserQuotas, describeUserQuotas } from '../../client/quotas';
import type { QuotaChange } from '../../client/quotas';
import { awaitEffect } from './awaitEffect';
import type { StepArgs } from './StepArgs';
import type { StepHandler, StepTools } from './StepHandler';

type Args = StepArgs['ensure-quotas'];

/**
 * Gives logins the quotas that the configuration has for them, and no others: they are the
 * portal's users, and another quota of theirs is somebody's doing past the configuration.
 */
export const ensureQuotas: StepHandler = {
  batchSize: 50,

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
          changeOf(user, args.quotas, quotas.get(user)),
        ]);
      }),
    );
    const failures = await alterUserQuotas(
      tools.client,
      tools.deadline,
      [...changes.values()].filter(changesSomething),
    );
    const done = steps.filter(
      step => !usersOf(step).some(user => failures.has(user)),
    );
    await awaitEffect(done, tools, async () => {
      const now = await readQuotas(done.flatMap(usersOf), tools);
      return done.every(step => differencesOf(argsOf(step), now).length === 0);
    });
    return failuresOf(steps, usersOf, failures);
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
    users
      .map(user => changeOf(user, {}, quotas.get(user)))
      .filter(changesSomething),
  );
}

/** The quotas of users, but for those of single client ids; only users that have some. */
export async function readQuotas(
  users: readonly string[],
  { client, deadline }: StepTools,
): Promise<Map<string, { [key: string]: number }>> {
  const found = new Map<string, { [key: string]: number }>();
  for (const { user, clientId, key, value } of await describeUserQuotas(
    client,
    deadline,
    users,
  )) {
    if (clientId === undefined) {
      found.set(user, { ...found.get(user), [key]: value });
    }
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
  found: ReadonlyMap<string, { [key: string]: number }>,
): Change[] {
  const wanted: { [key: string]: number | undefined } = quotas;
  const keys = new Set([
    ...Object.keys(quotas),
    ...users.flatMap(user => Object.keys(found.get(user) ?? {})),
  ]);
  return [...keys].sort().flatMap(key => {
    const other = users
      .map(user => found.get(user)?.[key])
      .filter(value => value !== wanted[key]);
    return other.length === 0
      ? []
      : [
          {
            path: `access.${principal}.${key}`,
            ...(other[0] === undefined ? {} : { from: other[0] }),
            ...(wanted[key] === undefined ? {} : { to: wanted[key] }),
            kind: 'in-place' as const,
          },
        ];
  });
}

function changeOf(
  user: string,
  wanted: { [key: string]: number },
  found: { [key: string]: number } = {},
): QuotaChange {
  return {
    user,
    set: Object.fromEntries(
      Object.entries(wanted).filter(([key, value]) => found[key] !== value),
    ),
    remove: Object.keys(found).filter(key => wanted[key] === undefined),
  };
}

function changesSomething({ set, remove }: QuotaChange): boolean {
  return Object.keys(set).length + remove.length > 0;
}

function argsOf(step: StepCall): Args {
  return step.args as Args;
}

function usersOf(step: StepCall): string[] {
  return argsOf(step).users;
}
