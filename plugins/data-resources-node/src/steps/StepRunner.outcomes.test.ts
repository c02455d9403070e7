import { ProviderError } from '../errors/ProviderError';
import { setUp, stepsOf } from './__testUtils__/setUp';

describe('StepRunner and outcomes in doubt', () => {
  it('should tell what failed from what was read back', async () => {
    const { engine, journal, run } = setUp();
    engine.readsBack.add('y:make');
    engine.onAct = () => {
      // Somebody else is faster.
      engine.foreign.add('x:make');
    };

    const results = await run({ x: stepsOf('x:make'), y: stepsOf('y:make') });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    expect(results.get('y')).toEqual({ state: 'done' });
    expect(journal.outcome('x:make')?.state).toBe('failed');
    expect(engine.calls).toEqual(['check x:make,y:make', 'act x:make,y:make']);
  });

  it('should believe what was read back of a step that an earlier attempt left open', async () => {
    const { engine, journal, run } = setUp();
    const list = stepsOf('x:make');
    await journal.write({
      outcomes: [],
      intents: [{ key: 'x:make', evidence: { seen: 'nothing' } }],
    });
    engine.readsBack.add('x:make');

    expect((await run({ x: list })).get('x')).toEqual({ state: 'done' });
    expect(engine.calls).toEqual(['check x:make', 'act x:make']);
    expect(journal.intent('x:make')).toBeUndefined();
  });

  it('should not take over what is already there', async () => {
    const { engine, journal, run } = setUp();
    engine.foreign.add('x:make');

    const results = await run({
      x: stepsOf('x:make', 'x:grant'),
      y: stepsOf('y:make', 'y:grant'),
    });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      stepKey: 'x:make',
      error: { reason: 'Conflict' },
    });
    expect(results.get('y')).toEqual({ state: 'done' });
    expect(engine.effects).toEqual(new Set(['y:make', 'y:grant']));
    expect(journal.intent('x:make')).toBeUndefined();
  });

  it('should believe a plain no, although what stands there looks like ours', async () => {
    const { engine, journal, run } = setUp();
    engine.onAct = ([{ key }]) => {
      engine.effects.add(key);
    };

    const results = await run({ x: stepsOf('x:make') });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    expect(journal.outcome('x:make')?.state).toBe('failed');
    expect(journal.intent('x:make')).toBeUndefined();
  });

  it('should read back when the outcome is unknown', async () => {
    const { engine, run } = setUp();
    engine.onAct = ([{ key }]) => {
      engine.effects.add(key);
      throw new ProviderError('Unknown', 'time-out');
    };

    expect((await run({ x: stepsOf('x:make') })).get('x')).toEqual({
      state: 'done',
    });
  });

  it('should leave the intent open when nothing can be read back', async () => {
    const { engine, journal, run } = setUp();
    engine.onAct = () => {
      engine.onCheck = () => {
        throw new ProviderError('Unreachable', 'gone');
      };
      throw new Error('socket hang up');
    };
    const list = stepsOf('x:make');

    const results = await run({ x: list });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      error: { reason: 'Unknown', retryable: true },
    });
    expect(journal.outcome('x:make')?.state).toBe('unknown');
    expect(journal.intent('x:make')).toEqual({
      attempt: 1,
      evidence: { seen: 'nothing' },
    });

    engine.onAct = undefined;
    engine.onCheck = undefined;
    engine.effects.add('x:make');
    expect((await run({ x: list })).get('x')).toEqual({ state: 'done' });
    expect(journal.intent('x:make')).toBeUndefined();
  });

  it('should say unknown when an acknowledged effect is not there', async () => {
    const { engine, journal, run } = setUp();
    engine.act = async () => new Map();

    const results = await run({ x: stepsOf('x:make', 'x:grant') });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      stepKey: 'x:make',
      error: { reason: 'Unknown' },
    });
    expect(journal.intent('x:make')).toBeDefined();
    expect(journal.intent('x:grant')).toBeUndefined();
  });

  it('should close the intent when the engine was never reached', async () => {
    const { engine, journal, run } = setUp();
    engine.onAct = () => {
      throw new ProviderError('Unreachable', 'connection refused');
    };

    const results = await run({ x: stepsOf('x:make') });

    expect(results.get('x')).toMatchObject({
      error: { reason: 'Unreachable', retryable: true },
    });
    expect(journal.outcome('x:make')?.state).toBe('failed');
    expect(journal.intent('x:make')).toBeUndefined();
  });

  it('should keep an earlier intent open when the engine cannot be reached', async () => {
    const { engine, journal, run } = setUp();
    const list = stepsOf('x:make');
    await journal.write({
      outcomes: [],
      intents: [{ key: 'x:make', evidence: { seen: 'nothing' } }],
    });
    engine.onCheck = () => {
      throw new ProviderError('Unreachable', 'connection refused');
    };

    await run({ x: list });

    expect(journal.intent('x:make')).toMatchObject({ attempt: 1 });

    engine.onCheck = undefined;
    engine.onAct = () => {
      throw new ProviderError('Unreachable', 'connection refused');
    };
    await run({ x: list });
    // This attempt did nothing, but the first one may have.
    expect(journal.intent('x:make')).toMatchObject({ attempt: 2 });
  });

  it('should wait for what an earlier attempt made and the engine does not show yet', async () => {
    const { engine, journal, run } = setUp();
    const list = stepsOf('x:make');
    engine.act = async () => new Map();
    await run({ x: list });
    engine.act = async ([{ key }]) =>
      new Map([[key, new ProviderError('Conflict', 'it exists already')]]);

    expect((await run({ x: list })).get('x')).toMatchObject({
      state: 'failed',
      error: {
        reason: 'Unknown',
        retryable: true,
        message: expect.stringContaining('it exists already'),
      },
    });
    expect(journal.intent('x:make')).toMatchObject({ attempt: 2 });

    engine.effects.add('x:make');
    expect((await run({ x: list })).get('x')).toEqual({ state: 'done' });
  });

  it('should not lose the others’ results when one step is not answered', async () => {
    const { engine, run } = setUp();
    const check = engine.check.bind(engine);
    engine.check = async list => {
      const answers = await check(list);
      answers.delete('x:make');
      return answers;
    };

    const results = await run({ x: stepsOf('x:make'), y: stepsOf('y:make') });

    expect(results.get('x')).toMatchObject({ error: { reason: 'Unknown' } });
    expect(results.get('y')).toEqual({ state: 'done' });
  });
});
