import { ProviderError } from '../errors/ProviderError';
import type { RunnableStep } from './StepRunner';
import { setUp } from './__testUtils__/setUp';

describe('StepRunner and logins', () => {
  const login = (key: string, mode: 'ensure' | 'release'): RunnableStep => ({
    key,
    step: { kind: mode, args: {}, login: { base: 'app_1', mode } },
  });

  it('should tell a release whether the login is in use', async () => {
    const { engine, journal, run } = setUp();
    journal.loginsInUse.add('app_1');

    await run({ x: [login('x:release', 'release')] });
    await run({ y: [login('y:ensure', 'ensure')] });

    expect(engine.seen.map(({ key, loginInUse }) => [key, loginInUse])).toEqual(
      [
        ['x:release', true],
        ['x:release', true],
        ['y:ensure', undefined],
        ['y:ensure', undefined],
      ],
    );
  });

  it('should serialise work on one login', async () => {
    const { engine, journal, run } = setUp();
    let running = 0;
    let most = 0;
    engine.onAct = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(resolve => setTimeout(resolve, 10));
      running -= 1;
    };

    await Promise.all([
      run({ x: [login('x:ensure', 'ensure')] }),
      run({ y: [login('y:ensure', 'ensure')] }),
    ]);

    expect(most).toBe(1);
    expect(journal.outcome('y:ensure')?.state).toBe('done');
  });

  it('should be tried again when the login is not free', async () => {
    const { engine, journal, run } = setUp();
    journal.withLogins = async () => {
      throw new ProviderError('Unreachable', 'the login is busy');
    };

    expect(
      (await run({ x: [login('x:ensure', 'ensure')] })).get('x'),
    ).toMatchObject({ state: 'failed', error: { retryable: true } });
    expect(engine.calls).toEqual([]);
  });
});
