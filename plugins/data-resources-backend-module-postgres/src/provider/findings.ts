import type {
  Finding,
  PlanInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { ident } from '../sql/identifiers';
import { reservedName } from '../type/names';
import { isCreating } from '../type/roles';
import type { DatabaseSpec } from '../type/specSchema';
import { observedFacts, serverFacts } from './facts';
import { notOursMessage } from './identity';

/** Why nothing can be done on the server until an administrator has mended it. */
export function serverFindings({
  instance,
}: PlanInput<DatabaseSpec>): Finding[] {
  const { obstacles = [] } = serverFacts(instance.facts);
  return obstacles.map(message => denyForNow('server', 'instance', message));
}

/** Whether the name, and those of the group roles, can be had. */
export function nameFindings(
  { object, observed }: PlanInput<DatabaseSpec>,
  { admin }: InstanceConfig,
): Finding[] {
  const findings: Finding[] = [];
  const reserved = reservedName(object.name, admin.database);
  if (reserved) {
    findings.push(deny('reserved-name', 'name', reserved));
  }
  const { foreignRoles } = observedFacts(observed.facts);
  if (foreignRoles.length > 0) {
    findings.push(
      deny(
        'role-exists',
        'name',
        `The database needs group roles of its own, and ${foreignRoles.join(
          ', ',
        )} exists already; choose another name, or ask the platform team to drop or rename the role`,
      ),
    );
  }
  return findings;
}

/** Whether the connection limit is within the instance's. */
export function connectionFindings(
  { connectionLimit }: DatabaseSpec,
  { limits }: InstanceConfig,
): Finding[] {
  const path = 'spec.connectionLimit';
  const max = limits.connectionLimit;
  if (max !== undefined && (connectionLimit === -1 || connectionLimit > max)) {
    return [
      deny(
        'connection-limit',
        path,
        `The connection limit is ${
          connectionLimit === -1 ? 'none' : connectionLimit
        }; this instance allows 1 to ${max}`,
      ),
    ];
  }
  return [];
}

/** Why nothing can be done on what stands under the name, or does not. */
export function absenceFindings({
  object,
  observed,
}: PlanInput<DatabaseSpec>): Finding[] {
  if (observed.ours) {
    return [];
  }
  const { renamedTo } = observedFacts(observed.facts);
  if (renamedTo !== undefined) {
    return [
      denyForNow(
        'renamed',
        'name',
        `Somebody renamed the database ${
          object.name
        } to ${renamedTo}; an administrator renames it back with: ALTER DATABASE ${ident(
          renamedTo,
        )} RENAME TO ${ident(object.name)};`,
      ),
    ];
  }
  return observed.exists
    ? [deny('not-ours', 'name', notOursMessage(object.name, 'foreign'))]
    : [deny('gone', 'name', notOursMessage(object.name, 'absent'))];
}

/** Owners are made, and unmade, inside the database. */
export function closedFindings(
  { observed }: PlanInput<DatabaseSpec>,
  grants: readonly PlannedGrant[],
): Finding[] {
  const entered = grants.some(({ role }) => isCreating(role));
  return entered && observedFacts(observed.facts).closed
    ? [
        deny(
          'closed',
          'name',
          'The database refuses all connections, so that nobody can use it meanwhile, and its owners can only be changed from inside; restore or delete it first',
        ),
      ]
    : [];
}

export function deny(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'deny', path, message };
}

/** A denial that is over once an administrator has followed its advice. */
export function denyForNow(
  rule: string,
  path: string,
  message: string,
): Finding {
  return { ...deny(rule, path, message), retryable: true };
}

export function warn(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'warn', path, message };
}

export function info(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'info', path, message };
}
