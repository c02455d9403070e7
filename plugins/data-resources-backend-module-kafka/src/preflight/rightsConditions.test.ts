import type { Acl } from '../client/acls';
import {
  mayBeSuperUser,
  objectRightsCondition,
  principalCondition,
  provisionerCondition,
} from './rightsConditions';

const PORTAL = 'User:portal';
const bits = (...numbers: number[]) =>
  numbers.reduce((sum, bit) => sum + 2 ** bit, 0);

const acl = (
  resourceType: Acl['resourceType'],
  operation: Acl['operation'],
  more: Partial<Acl> = {},
): Acl => ({
  resourceType,
  resourceName: '*',
  patternType: 'LITERAL',
  principal: PORTAL,
  host: '*',
  operation,
  permission: 'ALLOW',
  ...more,
});
const enough = [
  ...(['ALTER', 'ALTER_CONFIGS', 'DELETE'] as const).map(each =>
    acl('TOPIC', each),
  ),
  acl('GROUP', 'DESCRIBE'),
  acl('TRANSACTIONAL_ID', 'ALL', { principal: 'User:*' }),
];

describe('rightsConditions', () => {
  it('should find nothing wrong with what the README asks for', () => {
    expect(provisionerCondition(bits(5, 7, 8, 10), PORTAL).status).toBe('ok');
    expect(objectRightsCondition(enough, PORTAL).status).toBe('ok');
  });

  it('should give the command for what is missing on the cluster', () => {
    const condition = provisionerCondition(bits(5, 10), 'User:CN=portal,O=X');

    expect(condition.status).toBe('error');
    expect(condition.message).toContain(
      "kafka-acls.sh … --add --allow-principal 'User:CN=portal,O=X' --cluster --operation ALTER --operation DESCRIBE",
    );
  });

  it('should give the commands for what is missing on topics, groups and transactional ids', () => {
    const { status, message } = objectRightsCondition(
      [
        acl('TOPIC', 'ALTER'),
        acl('TOPIC', 'DELETE', { patternType: 'PREFIXED' }),
        acl('GROUP', 'READ'),
      ],
      PORTAL,
    );

    expect(status).toBe('warn');
    expect(message).toContain(
      "--topic '*' --operation DESCRIBE_CONFIGS --operation ALTER_CONFIGS --operation DELETE;",
    );
    expect(message).not.toContain('--group');
    expect(message).toContain("--transactional-id '*' --operation DESCRIBE");
  });

  it('should let a DENY count before every ALLOW', () => {
    const { message } = objectRightsCondition(
      [...enough, acl('TOPIC', 'DELETE', { permission: 'DENY' })],
      PORTAL,
    );

    expect(message).toContain("--topic '*' --operation DELETE");
  });

  it('should know who can be no super user', () => {
    expect(mayBeSuperUser(bits(5, 7, 8, 9, 10, 11, 12))).toBe(true);
    expect(mayBeSuperUser(bits(5, 7, 8, 10))).toBe(false);
  });

  it('should say nothing of who it is where nobody is', () => {
    expect(principalCondition(undefined, PORTAL)).toEqual([]);
    expect(principalCondition('User:ANONYMOUS', undefined)).toEqual([]);
    expect(principalCondition(PORTAL, PORTAL)[0].status).toBe('ok');
  });
});
