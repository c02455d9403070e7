import type { Finding } from '@data-resources/plugin-data-resources-node';
import { POLICY_ACTIONS, type PolicyAction } from './types';
import { changedSpecPaths, weaken } from './weaken';

function denial(path?: string): Finding {
  return { policy: 'p', effect: 'deny', message: 'No', path };
}

/** What becomes of a `deny` about the path. */
function effect(action: PolicyAction, path?: string, changed?: string[]) {
  return weaken(action, [denial(path)], changed)[0].effect;
}

describe('weaken', () => {
  it('should let a deny bind what is new, and warn where old sins are mended', () => {
    expect(
      Object.fromEntries(
        POLICY_ACTIONS.map(action => [
          action,
          effect(action, 'spec.partitions'),
        ]),
      ),
    ).toEqual({
      create: 'deny',
      grant: 'deny',
      update: 'warn',
      delete: 'warn',
      restore: 'warn',
      revoke: 'warn',
      adopt: 'warn',
    });
  });

  it.each<[string | undefined, string]>([
    ['spec.config["retention.ms"]', 'deny'],
    ['spec.config', 'deny'],
    ['spec', 'deny'],
    ['spec.config["retention.ms"].deeper', 'deny'],
    ['spec.config["min.insync.replicas"]', 'warn'],
    ['spec.configuration', 'warn'],
    ['spec.partitions', 'warn'],
    ['name', 'warn'],
    ['system', 'warn'],
    ['instance', 'warn'],
    // The request's own: nobody can have sinned before.
    ['reason', 'deny'],
    [undefined, 'deny'],
  ])(
    'should judge a deny about %s by what an update changes',
    (path, expected) => {
      expect(effect('update', path, ['spec.config["retention.ms"]'])).toBe(
        expected,
      );
    },
  );

  it('should leave warnings alone', () => {
    const warning: Finding = { ...denial(), effect: 'info' };
    expect(weaken('delete', [warning])).toEqual([warning]);
  });
});

describe('changedSpecPaths', () => {
  it('should name what differs as deep as it goes', () => {
    expect(
      changedSpecPaths(
        {
          partitions: 3,
          replicationFactor: 1,
          config: { 'retention.ms': '1', 'cleanup.policy': 'delete' },
          extensions: ['a'],
        },
        {
          replicationFactor: 1,
          partitions: 6,
          config: { 'retention.ms': '2', 'cleanup.policy': 'delete' },
          extensions: ['a', 'b'],
          durable: true,
        },
      ),
    ).toEqual([
      'spec.partitions',
      'spec.config["retention.ms"]',
      'spec.extensions',
      'spec.durable',
    ]);
  });

  it('should find nothing in equal specs, whatever the order of their keys', () => {
    expect(
      changedSpecPaths(
        { a: 1, b: [{ c: 1, d: 2 }] },
        { b: [{ d: 2, c: 1 }], a: 1 },
      ),
    ).toEqual([]);
  });
});
