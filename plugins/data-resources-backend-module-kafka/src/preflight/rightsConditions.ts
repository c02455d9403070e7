import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import { isWildcard } from '../client/acls';
import type { Acl } from '../client/acls';

/** The bits of the protocol's operations, with what the portal needs each for. */
const ON_CLUSTER = [
  { bit: 5, name: 'CREATE', why: 'create topics' },
  { bit: 7, name: 'ALTER', why: 'change ACLs and SCRAM credentials' },
  { bit: 8, name: 'DESCRIBE', why: 'read ACLs and SCRAM credentials' },
];
/** Nobody but brokers and super users has it. */
const CLUSTER_ACTION = 9;

interface Wanted {
  type: 'TOPIC' | 'GROUP' | 'TRANSACTIONAL_ID';
  option: string;
  operations: Acl['operation'][];
}

const ON_OTHERS: Wanted[] = [
  {
    type: 'TOPIC',
    option: '--topic',
    operations: [
      'DESCRIBE',
      'DESCRIBE_CONFIGS',
      'ALTER',
      'ALTER_CONFIGS',
      'DELETE',
    ],
  },
  { type: 'GROUP', option: '--group', operations: ['DESCRIBE'] },
  {
    type: 'TRANSACTIONAL_ID',
    option: '--transactional-id',
    operations: ['DESCRIBE'],
  },
];

/** What has an operation as well. Source: Kafka's authorizers. */
const IMPLIED_BY: Partial<Record<Acl['operation'], Acl['operation'][]>> = {
  DESCRIBE: ['READ', 'WRITE', 'DELETE', 'ALTER'],
  DESCRIBE_CONFIGS: ['ALTER_CONFIGS'],
};

/** Whether the portal's login may do its work on the cluster. */
export function provisionerCondition(
  authorizedOperations: number,
  principal: string | undefined,
): InstanceCondition {
  const missing = ON_CLUSTER.filter(
    ({ bit }) => !mayDo(authorizedOperations, bit),
  );
  return {
    type: 'Provisioner',
    status: missing.length === 0 ? 'ok' : 'error',
    message:
      missing.length === 0
        ? "The portal's login may create topics, ACLs and SCRAM credentials."
        : `The portal's login may not ${missing
            .map(({ name, why }) => `${why} (${name} on the cluster)`)
            .join(', ')}. Give it: ${command(
            principal,
            '--cluster',
            missing.map(({ name }) => name),
          )}`,
  };
}

/** A super user needs no ACL; whoever lacks this is none. */
export function mayBeSuperUser(authorizedOperations: number): boolean {
  return mayDo(authorizedOperations, CLUSTER_ACTION);
}

/**
 * What a login that is no super user may do with topics, groups and transactional ids of any name.
 * One that is let in by name or prefix only is none the worse for it, where that is meant.
 *
 * @param acls - those that bear the portal's principal, or that of everyone
 */
export function objectRightsCondition(
  acls: readonly Acl[],
  principal: string,
): InstanceCondition {
  const missing = ON_OTHERS.map(({ operations, ...wanted }) => ({
    ...wanted,
    operations: operations.filter(
      operation => !isAllowed(acls, wanted.type, operation),
    ),
  })).filter(({ operations }) => operations.length > 0);
  return {
    type: 'ObjectRights',
    status: missing.length === 0 ? 'ok' : 'warn',
    message:
      missing.length === 0
        ? "The portal's login may look at, change and delete every topic, and see who uses it."
        : `The portal's login has not all rights on every ${missing
            .map(({ type }) => type)
            .join(', ')}: it cannot do what they are for. Give it: ${missing
            .map(({ option, operations }) =>
              command(principal, `${option} '*'`, operations),
            )
            .join('; ')}`,
  };
}

function isAllowed(
  acls: readonly Acl[],
  type: Wanted['type'],
  operation: Acl['operation'],
): boolean {
  const having = (permission: Acl['permission'], operations: string[]) =>
    acls.some(
      acl =>
        isWildcard(acl) &&
        acl.resourceType === type &&
        acl.permission === permission &&
        operations.includes(acl.operation),
    );
  return (
    !having('DENY', [operation, 'ALL']) &&
    having('ALLOW', [operation, 'ALL', ...(IMPLIED_BY[operation] ?? [])])
  );
}

function mayDo(authorizedOperations: number, bit: number): boolean {
  return Math.floor(authorizedOperations / 2 ** bit) % 2 === 1;
}

function command(
  principal: string | undefined,
  target: string,
  operations: readonly string[],
): string {
  return `kafka-acls.sh … --add --allow-principal '${
    principal ?? 'User:<login>'
  }' ${target} ${operations.map(name => `--operation ${name}`).join(' ')}`;
}

/** Whether the broker takes the portal for who it thinks it is. */
export function principalCondition(
  told: string | undefined,
  assumed: string | undefined,
): InstanceCondition[] {
  if (told === undefined || told === 'User:ANONYMOUS') {
    return [];
  }
  return [
    {
      type: 'Principal',
      status: told === assumed ? 'ok' : 'warn',
      message:
        told === assumed
          ? `The brokers know the portal as ${told}.`
          : `The brokers know the portal as ${told}${
              assumed === undefined ? '' : `, not as ${assumed}`
            }, so it takes its own ACLs for somebody else's. Set admin.principal to ${JSON.stringify(
              told,
            )}.`,
    },
  ];
}
