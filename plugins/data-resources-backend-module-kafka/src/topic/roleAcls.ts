import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import { aclKey } from '../client/acls';
import type { Acl } from '../client/acls';

type Login = PlannedGrant['login'];

const TOPIC_OPERATIONS: { [role: string]: Acl['operation'][] } = {
  // An idempotent producer needs nothing on the cluster since Kafka 3.0.
  producer: ['WRITE', 'DESCRIBE'],
  consumer: ['READ', 'DESCRIBE'],
  // Never DELETE, which is the right to delete the topic as much as its records, nor ALTER, with
  // which partitions are added that nobody can take back: those are requests.
  admin: ['READ', 'WRITE', 'DESCRIBE', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS'],
};

interface LoginRight {
  resourceType: Acl['resourceType'];
  operations: Acl['operation'][];
}

const TRANSACTIONS: LoginRight = {
  resourceType: 'TRANSACTIONAL_ID',
  operations: ['WRITE', 'DESCRIBE'],
};
const GROUPS: LoginRight = { resourceType: 'GROUP', operations: ['READ'] };

/** What a role needs besides the topic: it belongs to the login, and all its topics share it. */
const LOGIN_RIGHTS: { [role: string]: LoginRight[] } = {
  producer: [TRANSACTIONS],
  consumer: [GROUPS],
  admin: [GROUPS, TRANSACTIONS],
};

/**
 * The ACLs of a role on a topic, for both slots: literal, and prefixed on all topics that begin with one
 * of the prefixes.
 */
export function topicAcls(
  topic: string,
  grant: PlannedGrant,
  prefixes: readonly string[] = [],
): Acl[] {
  return [
    ...aclsOn([{ resourceName: topic, patternType: 'LITERAL' }], grant),
    ...prefixAcls(prefixes, grant),
  ];
}

/** The ACLs of a role on all topics that begin with one of the prefixes. */
export function prefixAcls(
  prefixes: readonly string[],
  grant: PlannedGrant,
): Acl[] {
  return aclsOn(
    prefixes.map(resourceName => ({ resourceName, patternType: 'PREFIXED' })),
    grant,
  );
}

function aclsOn(
  patterns: readonly Pick<Acl, 'resourceName' | 'patternType'>[],
  { login, role }: PlannedGrant,
): Acl[] {
  return patterns.flatMap(pattern =>
    principalsOf(login).flatMap(principal =>
      operationsOf(role).map(operation =>
        allow({ ...pattern, resourceType: 'TOPIC', principal, operation }),
      ),
    ),
  );
}

/** The operations of a role on its topic, e.g. `WRITE`. */
export function operationsOf(role: string): Acl['operation'][] {
  return TOPIC_OPERATIONS[role] ?? [];
}

/**
 * The ACLs on consumer groups or transactional ids named after the login: `<base>` itself
 * and every name that begins with `<base>.`, for both slots.
 */
export function loginAcls(login: Login, roles: readonly string[]): Acl[] {
  const names = [
    { resourceName: login.base, patternType: 'LITERAL' },
    { resourceName: `${login.base}.`, patternType: 'PREFIXED' },
  ] as const;
  const rights = new Set(roles.flatMap(role => LOGIN_RIGHTS[role] ?? []));
  return [GROUPS, TRANSACTIONS]
    .filter(right => rights.has(right))
    .flatMap(({ resourceType, operations }) =>
      principalsOf(login).flatMap(principal =>
        names.flatMap(name =>
          operations.map(operation =>
            allow({ ...name, resourceType, principal, operation }),
          ),
        ),
      ),
    );
}

/** Everything that any role gives to a login itself. */
export function allLoginAcls(login: Login): Acl[] {
  return loginAcls(login, Object.keys(LOGIN_RIGHTS));
}

/** Those of a login's own ACLs that none of these roles needs. */
export function unneededLoginAcls(
  acls: readonly Acl[],
  roles: readonly string[],
): Acl[] {
  const rights = roles.flatMap(role => LOGIN_RIGHTS[role] ?? []);
  return acls.filter(
    acl =>
      !rights.some(
        ({ resourceType, operations }) =>
          resourceType === acl.resourceType &&
          operations.includes(acl.operation),
      ),
  );
}

/** Whether a role reads, so that it has consumer groups of its login's name. */
export function isReader(role: string): boolean {
  return (LOGIN_RIGHTS[role] ?? []).includes(GROUPS);
}

/** `acls` without those that are also in `others`. */
export function withoutAcls(
  acls: readonly Acl[],
  others: readonly Acl[],
): Acl[] {
  const keys = new Set(others.map(aclKey));
  return acls.filter(acl => !keys.has(aclKey(acl)));
}

/** The Kafka principals of both slots. */
export function principalsOf(login: Login): string[] {
  return [`User:${login.a}`, `User:${login.b}`];
}

function allow(acl: Omit<Acl, 'host' | 'permission'>): Acl {
  return { ...acl, host: '*', permission: 'ALLOW' };
}
