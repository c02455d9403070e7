import { ProviderError } from '../errors/ProviderError';
import { setUp, stepsOf } from './__testUtils__/setUp';

describe('StepRunner with several items', () => {
  it('should batch the steps of one kind of all items', async () => {
    const { engine, run } = setUp();

    await run({
      x: stepsOf('x:make', 'x:grant'),
      y: stepsOf('y:make', 'y:grant'),
    });

    expect(engine.calls.filter(call => call.startsWith('act'))).toEqual([
      'act x:make,y:make',
      'act x:grant,y:grant',
    ]);
  });

  it('should take consecutive steps of one kind of one item together', async () => {
    const { engine, run } = setUp();

    await run({ x: stepsOf('x:make', 'x:grant1', 'x:grant2', 'x:close') });

    expect(engine.calls.filter(call => call.startsWith('act'))).toEqual([
      'act x:make',
      'act x:grant1,x:grant2',
      'act x:close',
    ]);
  });

  it('should never take a step of the same kind before the one between', async () => {
    const { engine, run } = setUp();

    await run({ x: stepsOf('x:grant1', 'x:make', 'x:grant2') });

    expect(engine.calls.filter(call => call.startsWith('act'))).toEqual([
      'act x:grant1',
      'act x:make',
      'act x:grant2',
    ]);
  });

  it('should keep batches within the size, and still finish', async () => {
    const { engine, run } = setUp();
    engine.size = 2;
    const results = await run({
      x: stepsOf('x:grant1', 'x:grant2', 'x:grant3'),
      y: stepsOf('y:grant1'),
      z: stepsOf('z:grant1', 'z:grant2'),
    });

    expect([...results.values()].map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
    ]);
    for (const call of engine.calls.filter(c => c.startsWith('act'))) {
      expect(call.split(',').length).toBeLessThanOrEqual(2);
    }
    expect(engine.effects.size).toBe(6);
  });

  it('should go no further with an item of whose parallel steps one failed', async () => {
    const { engine, run } = setUp();
    engine.foreign.add('x:grant1');

    const results = await run({
      x: stepsOf('x:grant1', 'x:grant2', 'x:close'),
    });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      stepKey: 'x:grant1',
    });
    expect(engine.effects).toEqual(new Set(['x:grant2']));
  });

  it('should name the first of several steps that failed', async () => {
    const { engine, run } = setUp();
    // Fails in the act, after the second has failed in its check.
    engine.onAct = () => {
      throw new ProviderError('Rejected', 'no');
    };
    engine.foreign.add('x:grant2');

    expect(
      (await run({ x: stepsOf('x:grant1', 'x:grant2') })).get('x'),
    ).toMatchObject({ stepKey: 'x:grant1', error: { reason: 'Rejected' } });
  });
});
