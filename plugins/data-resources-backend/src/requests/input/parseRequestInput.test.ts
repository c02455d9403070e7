import { z } from 'zod/v3';
import {
  CREATE,
  ID,
  PRINCIPAL,
  TOPIC,
  TYPES,
} from './__testUtils__/createInput';
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
  it('should complete a create with the defaults of the type', () => {
    expect(parseRequestInput(CREATE, TYPES)).toEqual({
      ...CREATE,
      spec: { partitions: 6, replicationFactor: 3 },
      tags: [],
      grants: [],
    });
  });

  it('should keep everything that a create may say', () => {
    const body = {
      ...CREATE,
      system: 'system:default/payments',
      description: 'Settled payments\nfor the ledger',
      tags: ['payments', 'c++', 'two-words'],
      spec: {
        partitions: 6,
        replicationFactor: 1,
        config: { 'retention.ms': '-1' },
      },
      grants: [
        { principal: PRINCIPAL, role: 'producer' },
        { principal: PRINCIPAL, role: 'consumer' },
      ],
      reason: 'Für das Hauptbuch 💥',
    };
    expect(parseRequestInput(body, TYPES)).toEqual(body);
  });

  it.each([
    { action: 'delete', resourceId: ID },
    { action: 'delete', resourceId: ID, reason: 'Not used any more' },
    { action: 'grant', resourceId: ID, principal: PRINCIPAL, role: 'producer' },
    { action: 'revoke', grantId: ID, reason: 'Moved\taway' },
  ])('should take %j', body => {
    expect(parseRequestInput(body, TYPES)).toEqual(body);
  });

  it.each([
    {
      ...CREATE,
      spec: { partitions: 1, replicationFactor: 1, note: 'a\n\tb' },
    },
    { action: 'update', resourceId: ID, spec: { note: 'a\n\tb' } },
  ])(
    'should take lines in the fields of a type that are for lines: %j',
    body => {
      const type = {
        ...TOPIC,
        specSchema: (TOPIC.specSchema as z.AnyZodObject).extend({
          note: z.string().optional(),
        }),
      };
      const input = (multilineFields?: string[]) =>
        parseRequestInput(
          body,
          new Map([[TOPIC.type, { ...type, multilineFields }]]),
        );
      expect(input(['note'])).toMatchObject(body);
      expect(() => input()).toThrow(
        'spec.note: holds the control character U+000A',
      );
      expect(() => input(['config'])).toThrow('spec.note: holds');
    },
  );

  it('should take a blank reason, as an empty form field sends it, for none', () => {
    const parsed = parseRequestInput(
      { action: 'delete', resourceId: ID, reason: ' \n' },
      TYPES,
    );
    expect(parsed.reason).toBeUndefined();
  });

  it('should name several problems at once, the first as the path', () => {
    const error = refusal({
      ...CREATE,
      name: 'pay ments',
      tags: ['a', 'a'],
      spec: { partitions: 0, replicationFactor: 0, foo: 1 },
      grants: [{ principal: PRINCIPAL, role: 'reader' }],
    });
    expect(error.path).toBe('name');
    expect(error.message.split('; ')).toEqual([
      'name: is "pay ments", and may have letters, digits, ".", "_" and "-" only',
      'spec.partitions: must be at least 1, found 0',
      'spec.replicationFactor: must be at least 1, found 0',
      'spec.foo: is no known field',
      'known are partitions, replicationFactor, config, cleanup',
      'tags[1]: is in the list twice',
      'leave one out, found "a"',
      'and 1 more problem',
    ]);
    expect(error.problems).toHaveLength(6);
    expect(error.problems).toContainEqual({
      path: 'spec.partitions',
      message: 'must be at least 1, found 0',
    });
    expect(error.problems).toContainEqual({
      path: 'grants[0].role',
      message: expect.stringContaining('must be one of producer, consumer'),
    });
  });

  it.each(['pay ments', 'a"b', "a';--", 'ä', '..\\..', 'a'.repeat(250), ''])(
    'should report the bad name %.20j as a finding too',
    name => {
      const error = refusal({ ...CREATE, name });
      expect(error.path).toBe('name');
      expect(error.findings).toEqual([
        {
          policy: 'names',
          effect: 'deny',
          path: 'name',
          message: expect.any(String),
        },
      ]);
    },
  );

  it('should have no findings for anything but names', () => {
    expect(refusal({ ...CREATE, spec: {} }).findings).toBeUndefined();
  });

  it('should quote what was found, shortened', () => {
    const error = refusal({ ...CREATE, owner: `group:${'💥'.repeat(100)}` });
    expect(error.message).toMatch(/found "group:💥+…$/u);
    expect(error.message.length).toBeLessThan(250);
  });

  it('should refuse a body that is large or deep', () => {
    const large = Object.fromEntries(
      Array.from({ length: 5000 }, (_, i) => [`key-${i}`, 'some value']),
    );
    expect(
      refusal({ ...CREATE, spec: { partitions: 1, config: large } }).message,
    ).toMatch(/^The request body: is \d+ characters long, and may have 65536$/);
    const deep = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(refusal({ ...CREATE, spec: { deep } }).message).toContain(
      'is nested more than 20 levels deep',
    );
  });

  it('should not let a body reach a prototype', () => {
    const body = JSON.parse(
      `{"action":"delete","resourceId":"${ID}","__proto__":{"reason":"x"}}`,
    );
    expect(refusal(body).message).toBe(
      '__proto__: has a key that is reserved, which is not allowed',
    );
  });
});
