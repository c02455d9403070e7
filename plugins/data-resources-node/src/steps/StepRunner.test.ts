import { setUp, stepsOf } from './__testUtils__/setUp';

describe('StepRunner', () => {
  it('should check, record the intent, act, check again, and record the outcome with the next intent', async () => {
    const { engine, journal, run } = setUp();
    journal.onEvent = ({ kind }) => {
      engine.calls.push(kind);
    };

    const results = await run({ x: stepsOf('x:make', 'x:grant') });

    expect(results.get('x')).toEqual({ state: 'done' });
    expect(engine.calls).toEqual([
      'check x:make',
      'intents-written',
      'act x:make',
      'check x:make',
      'check x:grant',
      'outcomes-written',
      'intents-written',
      'act x:grant',
      'check x:grant',
      'outcomes-written',
    ]);
  });

  it('should hand the identity that a step proved to the next ones', async () => {
    const { engine, run } = setUp();

    await run({ x: stepsOf('x:make', 'x:grant') }, { recorded: true });

    const grant = engine.seen.find(({ key }) => key === 'x:grant');
    expect(grant?.object).toEqual({
      name: 'x',
      identity: { recorded: true, 'x:make': 'id of x:make' },
    });
  });

  it('should tell of what is done, as it is known then, while its last outcome is being written', async () => {
    const { engine, journal, run } = setUp();
    engine.foreign.add('y:make');
    const told: string[] = [];
    journal.onEvent = ({ kind }) => {
      told.push(kind);
    };

    const results = await run(
      { x: stepsOf('x:make'), y: stepsOf('y:make') },
      { id: 'known' },
      async objects => {
        expect(objects).toEqual([
          { name: 'x', identity: { id: 'known', 'x:make': 'id of x:make' } },
        ]);
        told.push('done');
      },
    );

    expect(results.get('x')).toEqual({ state: 'done' });
    expect(results.get('y')).toMatchObject({ state: 'failed' });
    expect(told).toContain('done');
    expect(told.filter(kind => kind === 'outcomes-written')).toHaveLength(1);
  });

  it('should tell of nobody where nothing is done', async () => {
    const { engine, run } = setUp();
    engine.foreign.add('x:make');
    const onDone = jest.fn();

    await run({ x: stepsOf('x:make') }, undefined, onDone);

    expect(onDone).not.toHaveBeenCalled();
  });

  it('should not check again what the act has read back', async () => {
    const { engine, journal, run } = setUp();
    engine.readsBack.add('x:make');
    journal.onEvent = ({ kind }) => {
      engine.calls.push(kind);
    };

    const results = await run({ x: stepsOf('x:make', 'x:grant') });

    expect(results.get('x')).toEqual({ state: 'done' });
    expect(engine.calls).toEqual([
      'check x:make',
      'intents-written',
      'act x:make',
      'check x:grant',
      'outcomes-written',
      'intents-written',
      'act x:grant',
      'check x:grant',
      'outcomes-written',
    ]);
    expect(journal.intent('x:make')).toBeUndefined();
    expect(
      engine.seen.find(({ key }) => key === 'x:grant')?.object.identity,
    ).toEqual({ 'x:make': 'id of x:make, read back' });
  });

  it('should check again only those of which the act said nothing', async () => {
    const { engine, journal, run } = setUp();
    engine.readsBack.add('y:make');

    const results = await run({
      x: stepsOf('x:make'),
      y: stepsOf('y:make'),
      z: stepsOf('z:make'),
    });

    expect([...results.values()].map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
    ]);
    expect(engine.calls).toEqual([
      'check x:make,y:make,z:make',
      'act x:make,y:make,z:make',
      'check x:make,z:make',
    ]);
    expect(journal.outcome('y:make')).toMatchObject({
      identity: { 'y:make': 'id of y:make, read back' },
    });
    expect(journal.outcome('z:make')).toMatchObject({
      identity: { 'z:make': 'id of z:make' },
    });
  });

  it('should finish an item without steps at once', async () => {
    const { engine, run } = setUp();

    expect((await run({ x: [] })).get('x')).toEqual({ state: 'done' });
    expect(engine.calls).toEqual([]);
  });
});
