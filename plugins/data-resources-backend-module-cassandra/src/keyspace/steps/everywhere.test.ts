import {
  ProviderError,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { agreed } from './everywhere';

const satisfied: StepCheck = { state: 'satisfied', identity: { seen: 1 } };
const pending: StepCheck = { state: 'pending', evidence: { existing: [] } };
const foreign: StepCheck = {
  state: 'failed',
  error: new ProviderError('Conflict', 'The role "r" exists already'),
};
const silent: StepCheck = {
  state: 'failed',
  error: new ProviderError('Unreachable', 'there was no answer'),
};

describe('what data centres show of a change with an unknown outcome', () => {
  const seen = (kind: string, east: StepCheck, west: StepCheck) =>
    agreed(kind, [
      { place: 'east', check: east },
      { place: 'west', check: west },
    ]);

  it('should be believed where all show the same', () => {
    expect(seen('grant-role', satisfied, satisfied)).toBe(satisfied);
    expect(seen('create-group-roles', foreign, foreign)).toBe(foreign);
    expect(seen('create-keyspace', pending, pending)).toBe(pending);
  });

  it.each([
    ['satisfied', satisfied],
    ['failed', foreign],
  ])(
    'should be made where it is missing and is %s elsewhere',
    (_, elsewhere) => {
      expect(seen('create-group-roles', elsewhere, pending)).toEqual({
        state: 'pending',
        evidence: { existing: [], dataCenter: 'west' },
      });
    },
  );

  it.each([
    ['create-group-roles', foreign, /east and west .* In west: The role "r"/],
    // Another node would define it a second time.
    ['create-keyspace', pending, /east and west do not show the same yet$/],
  ])('should be waited for, of %s, where they differ', (kind, west, words) => {
    expect(seen(kind, satisfied, west)).toMatchObject({
      state: 'failed',
      error: { reason: 'Unknown', message: expect.stringMatching(words) },
    });
  });

  it('should be unknown where one does not answer', () => {
    expect(seen('grant-role', silent, pending)).toEqual(silent);
    expect(seen('create-keyspace', foreign, silent)).toEqual(silent);
  });
});
