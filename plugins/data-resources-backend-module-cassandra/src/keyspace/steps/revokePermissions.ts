import type { StepCheck } from '@data-resources/plugin-data-resources-node';
import { type Permissions, revokeFrom, targetOf } from '../../cql/statements';
import { isOfFunctions, targetWithin } from '../../roles/resourceNames';
import { settleAll } from '../../session/settleAll';
import { proveOurs } from './proveOurs';
import type { StepArgs } from './StepArgs';
import {
  CONCURRENT_WRITES,
  ROLE_BATCH,
  type StepHandler,
  type StepTools,
} from './StepHandler';
import { unlessGone } from './unlessGone';

/** What one role holds on a keyspace, or on tables or functions of it. */
interface HeldOn {
  role: string;
  target: string;
  permissions: string[];
}

type HeldOnePermission = Pick<HeldOn, 'role' | 'target'> & {
  permission: string;
};

/**
 * Takes from group roles all that they hold in their keyspace, also what somebody else gave
 * them there: else their members would still get in. Where they hold nothing there is nothing
 * to prove, be the keyspace gone or another. Where they are to keep what they are for, all else is taken.
 * Permissions on functions stay where the portal's role has no right to take them: the plan has told it.
 */
export const revokePermissions: StepHandler<'revoke-permissions'> = {
  batchSize: ROLE_BATCH,

  async check({ object, args }, tools): Promise<StepCheck> {
    const held = await heldBy(args, tools);
    const proof = await proveOurs(object, tools);
    if (held.length === 0) {
      return {
        state: 'satisfied',
        identity: proof.error ? undefined : proof.identity,
      };
    }
    return proof.error
      ? { state: 'failed', error: proof.error }
      : { state: 'pending', evidence: { held: held.map(describe) } };
  },

  async act({ args }, tools): Promise<void> {
    await settleAll(
      await heldBy(args, tools),
      CONCURRENT_WRITES,
      ({ role, target, permissions }) =>
        unlessGone(
          tools.session.write(
            revokeFrom(role, permissions, target),
            tools.deadline,
          ),
          async () =>
            (
              await heldBy({ ...args, roles: [role] }, tools)
            ).every(other => other.target !== target),
        ),
    );
  },
};

async function heldBy(
  { keyspace, roles: names, keep = [] }: StepArgs['revoke-permissions'],
  { roles, deadline }: StepTools,
): Promise<HeldOn[]> {
  const isExcess = (held: HeldOnePermission) =>
    !keep.some(grant => gives(grant, held));
  const held = await settleAll(names, CONCURRENT_WRITES, async role =>
    (
      await roles.permissions.of(role, deadline)
    ).flatMap(({ resource, permission }) => {
      const target = targetWithin(resource, keyspace);
      return target !== undefined && isExcess({ role, target, permission })
        ? [{ role, target, permission, ofFunctions: isOfFunctions(resource) }]
        : [];
    }),
  );
  const all = held.flat();
  const taken =
    all.every(({ ofFunctions }) => !ofFunctions) ||
    (await roles.permissions.authorizesFunctions(keyspace, deadline))
      ? all
      : all.filter(({ ofFunctions }) => !ofFunctions);
  const byTarget = new Map<string, HeldOn>();
  for (const { role, target, permission } of taken) {
    const key = JSON.stringify([role, target]);
    const { permissions = [] } = byTarget.get(key) ?? {};
    byTarget.set(key, {
      role,
      target,
      permissions: [...permissions, permission].sort(),
    });
  }
  return [...byTarget.values()];
}

function gives(
  grant: Permissions,
  { role, target, permission }: HeldOnePermission,
): boolean {
  return (
    grant.role === role &&
    targetOf(grant) === target &&
    grant.permissions.includes(permission)
  );
}

function describe({ role, target, permissions }: HeldOn): string {
  return `${role}: ${permissions.join(', ')} on ${target}`;
}
