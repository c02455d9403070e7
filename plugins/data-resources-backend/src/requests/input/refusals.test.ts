import { CREATE, ID, PRINCIPAL, TYPES } from './__testUtils__/createInput';
import { parseRequestInput } from './parseRequestInput';
import { RequestInputError } from '../../errors/RequestInputError';

function refusal(body: unknown): RequestInputError {
  try {
    parseRequestInput(body, TYPES);
  } catch (error) {
    expect(error).toBeInstanceOf(RequestInputError);
    return error as RequestInputError;
  }
  throw new Error(`${JSON.stringify(body)} was taken`);
}

describe('parseRequestInput', () => {
  it.each<[string, unknown, string]>([
    [
      'no object',
      'create',
      'The request body: must be a JSON object, found "create"',
    ],
    ['a list', [CREATE], 'The request body: must be a JSON object'],
    ['nothing', undefined, 'The request body: must be a JSON object'],
    [
      'no action',
      {},
      'action: must be one of create, adopt, update, restore, delete, grant, revoke, found nothing',
    ],
    [
      'a misspelt action',
      { action: 'creat' },
      'action: must be one of create, adopt, update, restore, delete, grant, revoke, found "creat" (did you mean "create"?)',
    ],
    [
      'an action of the prototype',
      { action: 'toString' },
      'action: must be one of',
    ],
    [
      'an update without a spec',
      { action: 'update', resourceId: ID },
      'spec: must be an object',
    ],
    [
      'an adopt with a spec',
      { ...CREATE, action: 'adopt' },
      'spec: is no known field',
    ],
    [
      'an adopt of a type there is none of',
      {
        action: 'adopt',
        type: 'box',
        instance: 'i',
        name: 'n',
        owner: 'group:default/g',
      },
      'type: must be one of',
    ],
    [
      'an update that keeps something else',
      { action: 'update', resourceId: ID, spec: {}, access: 'drop' },
      'access: must be "keep", found "drop"',
    ],
    [
      'a restore with a spec',
      { action: 'restore', resourceId: ID, spec: {} },
      'spec: is no known field',
    ],
    [
      'a misspelt field',
      { ...CREATE, onwer: 'x' },
      'onwer: is no known field (did you mean "owner"?); known are action, type, instance, name',
    ],
    [
      'a field of another action',
      { ...CREATE, resourceId: ID },
      'resourceId: is no known field',
    ],
    ['a missing field', { action: 'revoke' }, 'grantId: is missing'],
    ['a null', { ...CREATE, system: null }, 'system: must be text, found null'],
    [
      'an unknown type',
      { ...CREATE, type: 'kafka-topics' },
      'type: must be one of kafka-topic, found "kafka-topics" (did you mean "kafka-topic"?)',
    ],
    [
      'an owner that is no full ref',
      { ...CREATE, owner: 'payments' },
      'owner: must be a full, lower-case entity ref such as "group:default/payments", found "payments"',
    ],
    [
      'an owner in upper case',
      { ...CREATE, owner: 'group:default/Payments' },
      'owner: must be a full, lower-case entity ref',
    ],
    [
      'an owner that is no group',
      { ...CREATE, owner: 'user:default/payments-dev' },
      'owner: must be',
    ],
    [
      'a system that is none',
      { ...CREATE, system: 'group:default/payments' },
      'system: must be a full, lower-case entity ref such as "system:default/payments"',
    ],
    [
      'an empty name',
      { ...CREATE, name: '' },
      'name: must not be empty, found ""',
    ],
    [
      'a name of 256 characters',
      { ...CREATE, name: 'a'.repeat(256) },
      'name: must be at most 255 characters long',
    ],
    [
      'a name that is a number',
      { ...CREATE, name: 12 },
      'name: must be text, found 12',
    ],
    [
      'a NUL in the name',
      { ...CREATE, name: 'a\u0000b' },
      'name: holds the control character U+0000, which is not allowed',
    ],
    [
      'half a surrogate pair deep in the spec',
      { ...CREATE, spec: { partitions: 1, config: { a: '\ud83d' } } },
      'spec.config.a: holds half of a surrogate pair (U+D83D)',
    ],
    [
      'a NUL in a key of the spec',
      { ...CREATE, spec: { 'a\u0000': 1 } },
      'spec["a\\u0000"]: has a key that holds the control character U+0000',
    ],
    [
      'a line break in a name',
      { ...CREATE, name: 'a\nb' },
      'name: holds the control character U+000A',
    ],
    [
      'an escape in a reason',
      { ...CREATE, reason: 'x\u001b[2J' },
      'reason: holds the control character U+001B',
    ],
    [
      'a reason of 4001 characters',
      { ...CREATE, reason: 'x'.repeat(4001) },
      'reason: must be at most 4000 characters long',
    ],
    [
      'a description of 1001 characters',
      { ...CREATE, description: 'x'.repeat(1001) },
      'description: must be at most 1000 characters long',
    ],
    [
      'a bad tag',
      { ...CREATE, tags: ['ok', 'Not OK'] },
      'tags[1]: must be a catalog tag',
    ],
    [
      '21 tags',
      { ...CREATE, tags: Array.from({ length: 21 }, (_, i) => `t${i}`) },
      'tags: must be at most 20 items long',
    ],
    [
      'a tag twice',
      { ...CREATE, tags: ['a', 'b', 'a'] },
      'tags[2]: is in the list twice',
    ],
    ['no spec', { ...CREATE, spec: undefined }, 'spec: must be an object'],
    [
      'a spec that is a list',
      { ...CREATE, spec: [] },
      'spec: must be an object, found []',
    ],
    [
      'partitions 0',
      { ...CREATE, spec: { partitions: 0 } },
      'spec.partitions: must be at least 1, found 0',
    ],
    [
      'partitions -1',
      { ...CREATE, spec: { partitions: -1 } },
      'spec.partitions: must be at least 1, found -1',
    ],
    [
      'partitions 1.5',
      { ...CREATE, spec: { partitions: 1.5 } },
      'spec.partitions: must be a whole number, found 1.5',
    ],
    [
      'partitions 10^9',
      { ...CREATE, spec: { partitions: 1e9 } },
      'spec.partitions: must be at most 1000, found 1000000000',
    ],
    [
      'partitions as text',
      { ...CREATE, spec: { partitions: '6' } },
      'spec.partitions: must be a number, found "6"',
    ],
    ['no partitions', { ...CREATE, spec: {} }, 'spec.partitions: is missing'],
    [
      'a misspelt field of the spec',
      { ...CREATE, spec: { partitions: 1, replicationfactor: 3 } },
      'spec.replicationfactor: is no known field (did you mean "replicationFactor"?); known are partitions, replicationFactor, config, cleanup',
    ],
    [
      'a misspelt field deep in the spec',
      {
        ...CREATE,
        spec: { partitions: 1, cleanup: { policy: 'delete', polcy: 1 } },
      },
      'spec.cleanup.polcy: is no known field (did you mean "policy"?)',
    ],
    [
      'a value that is no option',
      { ...CREATE, spec: { partitions: 1, cleanup: { policy: 'keep' } } },
      'spec.cleanup.policy: must be one of delete, compact, found "keep"',
    ],
    [
      'a role that the type has not',
      { ...CREATE, grants: [{ principal: PRINCIPAL, role: 'reader' }] },
      'grants[0].role: must be one of producer, consumer, found "reader"',
    ],
    [
      'a principal that is no component',
      {
        ...CREATE,
        grants: [{ principal: 'user:default/x', role: 'producer' }],
      },
      'grants[0].principal: must be a full, lower-case entity ref such as "component:default/payments"',
    ],
    [
      'a grant twice',
      {
        ...CREATE,
        grants: [
          { principal: PRINCIPAL, role: 'producer' },
          { principal: PRINCIPAL, role: 'producer' },
        ],
      },
      'grants[1]: asks for the same as grants[0]',
    ],
    [
      '51 grants',
      {
        ...CREATE,
        grants: Array.from({ length: 51 }, (_, i) => ({
          principal: `component:default/c${i}`,
          role: 'producer',
        })),
      },
      'grants: must be at most 50 items long',
    ],
    [
      'a grant with an end',
      {
        ...CREATE,
        grants: [
          {
            principal: PRINCIPAL,
            role: 'producer',
            expiresAt: '2030-01-01T00:00:00Z',
          },
        ],
      },
      'grants[0].expiresAt: is not available yet: a grant lasts until it is revoked; leave it out, found "2030-01-01T00:00:00Z"',
    ],
    [
      'an end',
      {
        action: 'grant',
        resourceId: ID,
        principal: PRINCIPAL,
        role: 'producer',
        expiresAt: '2030-01-01T00:00:00Z',
      },
      'expiresAt: is not available yet',
    ],
    [
      'an id that is none',
      { action: 'delete', resourceId: "1' OR 1=1" },
      'resourceId: must be the id of one, a lower-case UUID',
    ],
    [
      'a principal in upper case',
      {
        action: 'grant',
        resourceId: ID,
        principal: 'component:default/Api',
        role: 'producer',
      },
      'principal: must be a full, lower-case entity ref',
    ],
  ])('should refuse %s and say what would be right', (_, body, message) => {
    const error = refusal(body);
    expect(error.message).toContain(message);
    expect(error.name).toBe('InputError');
    expect(message.startsWith(error.path || 'The request body')).toBe(true);
  });
});
