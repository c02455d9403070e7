import { engine, input } from './__testUtils__/policies';
import type { PolicyInput } from './types';

const deletion = (overrides: Partial<PolicyInput> = {}) =>
  input({ ...overrides, request: { action: 'delete' } });
const drift = (overrides: object = {}) =>
  input({
    ...overrides,
    request: { action: 'update' },
    requester: { ref: 'system:drift', isPlatform: true },
  });

describe('quarantine: none', () => {
  const policies = engine([
    { quarantine: 'none', when: 'spec.partitions < 3' },
    { quarantine: 'none', when: 'name.startsWith("payments.")' },
  ]);

  it('should leave out the quarantine where the first policy applies', () => {
    expect(policies.withoutQuarantine(deletion())).toBe('policy-1');
    expect(
      policies.withoutQuarantine(deletion({ name: 'orders' })),
    ).toBeUndefined();
  });

  it('should concern no other request than a deletion', () => {
    expect(policies.withoutQuarantine(input())).toBeUndefined();
  });

  it('should leave out nothing where its condition cannot be evaluated, and say so', () => {
    const broken = engine([{ quarantine: 'none', when: 'spec.nothing > 1' }]);
    expect(broken.withoutQuarantine(deletion())).toBeUndefined();
    expect(broken.evaluate(deletion()).findings).toMatchObject([
      {
        policy: 'policy-0',
        effect: 'warn',
        message: expect.stringContaining('cannot judge this request'),
      },
    ]);
    expect(broken.evaluate(input()).findings).toEqual([]);
  });

  it('should decide nothing about who approves', () => {
    expect(policies.evaluate(deletion()).approval).toEqual({
      mode: 'manual',
      required: [{ group: 'group:default/platform', count: 1 }],
    });
  });

  it('should stop the start where it could never apply', () => {
    expect(() =>
      engine([{ quarantine: 'none', match: { actions: ['create'] } }]),
    ).toThrow(
      'dataResources.policies[0].match.actions of policy "policy-0" is create, so its "quarantine" would never apply; list delete as well',
    );
  });
});

describe('drift', () => {
  it('should follow the first policy that applies', () => {
    const policies = engine([
      { drift: 'keep', match: { environments: ['prod'] } },
      { drift: 'put-back', when: '!plan.destructive' },
      { drift: 'keep' },
    ]);
    expect(policies.drift(drift())).toEqual({
      policy: 'policy-1',
      way: 'put-back',
    });
    expect(policies.drift(drift({ plan: { destructive: true } }))).toEqual({
      policy: 'policy-2',
      way: 'keep',
    });
  });

  it('should say nothing about what people ask for', () => {
    const policies = engine([{ drift: 'put-back' }]);
    expect(
      policies.drift(input({ request: { action: 'update' } })),
    ).toBeUndefined();
  });

  it('should do nothing where a condition before cannot be evaluated', () => {
    const policies = engine([
      { drift: 'keep', when: 'spec.nothing > 1' },
      { drift: 'put-back' },
    ]);
    expect(policies.drift(drift())).toBeUndefined();
  });

  it('should stop the start where it could never apply', () => {
    expect(() =>
      engine([{ drift: 'put-back', match: { actions: ['delete'] } }]),
    ).toThrow('so its "drift" would never apply; list update as well');
  });
});
