import { setUp, stepsOf } from './__testUtils__/setUp';

describe('StepRunner that has to stop', () => {
  it('should stop between steps when aborted', async () => {
    const { engine, journal, abort, run } = setUp();
    const list = stepsOf('x:make', 'x:grant');
    journal.onEvent = ({ kind }) => {
      if (kind === 'outcomes-written') {
        abort.abort();
      }
    };

    expect((await run({ x: list })).get('x')).toEqual({ state: 'lost' });
    expect(engine.effects).toEqual(new Set(['x:make']));
  });

  it('should not touch the engine for an item whose lease is lost', async () => {
    const { engine, journal, run } = setUp();
    journal.lostKeys.add('x:make');

    const results = await run({
      x: stepsOf('x:make', 'x:grant'),
      y: stepsOf('y:make', 'y:grant'),
    });

    expect(results.get('x')).toEqual({ state: 'lost' });
    expect(results.get('y')).toEqual({ state: 'done' });
    expect(engine.effects).toEqual(new Set(['y:make', 'y:grant']));
  });

  it('should go no further with an item whose outcome was not written', async () => {
    const { engine, journal, run } = setUp();
    journal.onEvent = ({ kind }) => {
      if (kind === 'intents-written') {
        journal.lostKeys.add('x:make');
      }
    };

    const results = await run({ x: stepsOf('x:make', 'x:grant') });

    expect(results.get('x')).toEqual({ state: 'lost' });
    expect(engine.effects).toEqual(new Set(['x:make']));
  });

  it('should write an outcome alone when the next step is long in coming', async () => {
    const { engine, journal, run } = setUp({ outcomesWithinMs: 20 });
    const events: string[] = [];
    journal.onEvent = ({ kind, keys }) => {
      events.push(`${kind} ${keys.join()}`);
    };
    const check = engine.check.bind(engine);
    engine.check = async list => {
      if (list[0].key === 'x:grant' && engine.effects.size === 1) {
        await new Promise(resolve => setTimeout(resolve, 200));
        events.push('looked');
      }
      return check(list);
    };

    expect((await run({ x: stepsOf('x:make', 'x:grant') })).get('x')).toEqual({
      state: 'done',
    });
    expect(events).toEqual([
      'intents-written x:make',
      'outcomes-written x:make',
      'looked',
      'intents-written x:grant',
      'outcomes-written x:grant',
    ]);
  });

  it('should do nothing more once the journal could not be written', async () => {
    const { engine, journal, run } = setUp({ outcomesWithinMs: 20 });
    journal.onEvent = ({ kind }) => {
      if (kind === 'outcomes-written') {
        throw new Error('the database is away');
      }
    };
    const check = engine.check.bind(engine);
    engine.check = async list => {
      if (list[0].key === 'x:grant') {
        await new Promise(resolve => setTimeout(resolve, 100));
      }
      return check(list);
    };

    await expect(run({ x: stepsOf('x:make', 'x:grant') })).rejects.toThrow(
      'the database is away',
    );
    expect(engine.effects).toEqual(new Set(['x:make']));
  });
});
