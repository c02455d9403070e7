import type { Acl } from '../../client/acls';

export type Operation = Acl['operation'];

/** Somebody who asks for something, as the brokers see it. */
export interface Asked {
  /** For example `User:payments_api_0123456789_a`. */
  principal: string;
  /** The address that the request comes from. */
  host: string;
  operation: Operation;
}

/** What the brokers say, and through which ACL; without one where none decides. */
export interface Verdict {
  allowed: boolean;
  by?: Acl;
}

export const EVERYBODY = 'User:*';
export const EVERYWHERE = '*';
export const EVERYTHING = 'ALL';

/** Kafka's operations on topics. */
export const TOPIC_OPERATIONS: Operation[] = [
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
];

const DESCRIBE: Operation[] = ['DESCRIBE'];
const IMPLIED: { [operation: string]: Operation[] } = {
  READ: DESCRIBE,
  WRITE: DESCRIBE,
  DELETE: DESCRIBE,
  ALTER: DESCRIBE,
  ALTER_CONFIGS: ['DESCRIBE_CONFIGS'],
};

/** What comes with an ALLOW of an operation. A DENY of it takes nothing but itself. */
export function impliedBy(operation: Operation): Operation[] {
  return IMPLIED[operation] ?? [];
}

/**
 * What Kafka's own StandardAuthorizer says of a request: any DENY that matches comes before every
 * ALLOW, however exact; where no ACL at all is about the resource, `everyoneAllowed` decides, which
 * is `allow.everyone.if.no.acl.found`. Super users are not asked.
 *
 * @param acls - those that cover the resource, of all principals
 */
export function decide(
  acls: readonly Acl[],
  asked: Asked,
  { everyoneAllowed = false }: { everyoneAllowed?: boolean } = {},
): Verdict {
  const denied = acls.find(
    acl => acl.permission === 'DENY' && isAbout(acl, asked),
  );
  if (denied) {
    return { allowed: false, by: denied };
  }
  const allowed = acls.find(
    acl => acl.permission === 'ALLOW' && isAbout(acl, asked),
  );
  return allowed
    ? { allowed: true, by: allowed }
    : { allowed: everyoneAllowed && acls.length === 0 };
}

function isAbout(acl: Acl, { principal, host, operation }: Asked): boolean {
  return (
    [principal, EVERYBODY].includes(acl.principal) &&
    [host, EVERYWHERE].includes(acl.host) &&
    ([operation, EVERYTHING].includes(acl.operation) ||
      (acl.permission === 'ALLOW' &&
        impliedBy(acl.operation).includes(operation)))
  );
}
