import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { Deadline } from '../../client/Deadline';
import { awaitEffect } from './awaitEffect';
import type { StepTools } from './StepHandler';

const pending: StepCheck = { state: 'pending', evidence: {} };
const satisfied: StepCheck = { state: 'satisfied' };

/** A broker that shows one more step at each look, or as it is told to. */
class Effects {
  readonly looks: string[] = [];
  readonly #at: (key: string, look: number) => StepCheck;

  constructor(at: (key: string, look: number) => StepCheck) {
    this.#at = at;
  }

  readonly check = async (steps: readonly StepCall[]) => {
    const look = this.looks.push(steps.map(({ key }) => key).join(','));
    return new Map(steps.map(({ key }) => [key, this.#at(key, look)]));
  };
}

function stepsOf(...keys: string[]): StepCall[] {
  return keys.map(key => ({
    key,
    object: { name: key },
    kind: 'grant',
    args: {},
  }));
}

function within(timeoutMs: number): StepTools {
  return {
    deadline: new Deadline(new AbortController().signal, timeoutMs),
  } as StepTools;
}

describe('awaitEffect', () => {
  it('should look at a single step until it shows', async () => {
    const effects = new Effects((_, look) => (look < 3 ? pending : satisfied));

    expect(await awaitEffect(stepsOf('a'), within(5_000), effects)).toEqual(
      new Map([['a', satisfied]]),
    );
    expect(effects.looks).toEqual(['a', 'a', 'a']);
  });

  it('should look at the last of many until it shows, and then once at all', async () => {
    const effects = new Effects((_, look) => (look < 3 ? pending : satisfied));
    const steps = stepsOf('a', 'b', 'c');

    const answers = await awaitEffect(steps, within(5_000), effects);

    expect([...answers.keys()]).toEqual(['a', 'b', 'c']);
    expect(effects.looks).toEqual(['c', 'c', 'c', 'a,b,c']);
  });

  it('should ask the cheap question where there is one, and believe only the check', async () => {
    const effects = new Effects((key, look) =>
      key === 'a' && look < 3 ? pending : satisfied,
    );
    const shown: string[] = [];

    const answers = await awaitEffect(stepsOf('a', 'b', 'c'), within(5_000), {
      check: effects.check,
      shows: async ({ key }) => shown.push(key) > 1,
    });

    expect(shown).toEqual(['c', 'c']);
    expect(effects.looks).toEqual(['a,b,c', 'a', 'a']);
    expect(answers.size).toBe(3);
  });

  it('should not wait for what will not come', async () => {
    const error = new ProviderError('Conflict', 'another topic');
    const effects = new Effects(key =>
      key === 'b' ? { state: 'failed', error } : satisfied,
    );

    expect(
      await awaitEffect(stepsOf('a', 'b'), within(5_000), effects),
    ).toEqual(
      new Map<string, unknown>([
        ['a', satisfied],
        ['b', error],
      ]),
    );
  });

  it('should wait for what is only not settled yet', async () => {
    const error = new ProviderError('Unknown', 'no leader yet');
    const effects = new Effects((_, look) =>
      look < 3 ? { state: 'failed', error } : satisfied,
    );

    expect(await awaitEffect(stepsOf('a'), within(5_000), effects)).toEqual(
      new Map([['a', satisfied]]),
    );
  });

  it('should say nothing of what does not show in time', async () => {
    const effects = new Effects(key => (key === 'a' ? pending : satisfied));

    expect(await awaitEffect(stepsOf('a', 'b'), within(50), effects)).toEqual(
      new Map([['b', satisfied]]),
    );
  });

  it('should leave what takes long to a later look', async () => {
    const effects = new Effects(() => pending);

    expect(
      await awaitEffect(stepsOf('a'), within(60_000), {
        check: effects.check,
        patienceMs: 20,
      }),
    ).toEqual(new Map());
  });

  it('should say nothing where the brokers do not answer any more', async () => {
    expect(
      await awaitEffect(stepsOf('a'), within(5_000), {
        check: async () => {
          throw new ProviderError('Unreachable', 'gone');
        },
      }),
    ).toEqual(new Map());
  });

  it('should ask nothing where there is nothing to wait for', async () => {
    const effects = new Effects(() => satisfied);

    expect(await awaitEffect([], within(5_000), effects)).toEqual(new Map());
    expect(effects.looks).toEqual([]);
  });
});
