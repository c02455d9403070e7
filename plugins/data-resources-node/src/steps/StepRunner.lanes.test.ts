import type { StepLanes } from '../engine/ResourceProvider';
import { ProviderError } from '../errors/ProviderError';
import { setUp, stepsOf } from './__testUtils__/setUp';

describe('StepRunner with lanes', () => {
  /** Roles need the group alone, and what is made of two kinds goes through one lane. */
  const lanes: StepLanes = {
    laneOf: kind =>
      ['make', 'alter'].includes(kind)
        ? { name: 'schema', batches: 2 }
        : { name: kind, batches: 1 },
    needs: kind => ({ login: [], role: ['group', 'login'] }[kind]),
  };
  /** Keeps acts of a kind from ending until it is opened. */
  function gate() {
    let open!: () => void;
    const opened = new Promise<void>(resolve => {
      open = resolve;
    });
    return { open, opened };
  }
  const acts = (calls: string[]) =>
    calls.filter(call => call.startsWith('act'));

  it('should begin what needs no earlier step while that is under way', async () => {
    const { engine, run } = setUp();
    engine.lanes = lanes;
    const made = gate();
    engine.onAct = async ([{ kind }]) => {
      if (kind === 'make') {
        await made.opened;
      }
      if (kind === 'login') {
        made.open();
      }
    };

    const results = await run({
      x: stepsOf('x:make', 'x:group', 'x:login', 'x:role'),
    });

    expect(results.get('x')).toEqual({ state: 'done' });
    expect(acts(engine.calls)).toEqual([
      'act x:make',
      'act x:login',
      'act x:group',
      'act x:role',
    ]);
  });

  it('should make nothing for an item whose first step cannot be done', async () => {
    const { engine, run } = setUp();
    engine.lanes = lanes;
    engine.foreign.add('x:make');

    const results = await run({
      x: stepsOf('x:make', 'x:group', 'x:login', 'x:role'),
    });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      stepKey: 'x:make',
    });
    expect(engine.effects.size).toBe(0);
  });

  it('should name the first of the steps that failed, and begin none that needs them', async () => {
    const { engine, run } = setUp();
    engine.lanes = lanes;
    const tried = gate();
    engine.onAct = async ([{ kind }]) => {
      if (kind === 'make') {
        await tried.opened;
        throw new ProviderError('Rejected', 'no keyspace');
      }
      setTimeout(tried.open, 20);
      throw new ProviderError('Rejected', 'no login');
    };

    const results = await run({
      x: stepsOf('x:make', 'x:group', 'x:login', 'x:role'),
    });

    expect(results.get('x')).toMatchObject({
      state: 'failed',
      stepKey: 'x:make',
    });
    expect(acts(engine.calls)).toEqual(['act x:make', 'act x:login']);
  });

  it('should keep to the batches of a lane, whatever their kinds', async () => {
    const { engine, run } = setUp();
    engine.lanes = lanes;
    engine.size = 1;
    let running = 0;
    let most = 0;
    engine.onAct = async ([{ kind }]) => {
      if (kind === 'make' || kind === 'alter') {
        running += 1;
        most = Math.max(most, running);
        await new Promise(resolve => setTimeout(resolve, 5));
        running -= 1;
      }
    };

    const results = await run(
      Object.fromEntries(
        Array.from({ length: 12 }, (_, n) => [
          `x${n}`,
          stepsOf(`x${n}:make`, `x${n}:alter`, `x${n}:group`),
        ]),
      ),
    );

    expect([...results.values()].every(({ state }) => state === 'done')).toBe(
      true,
    );
    expect(most).toBe(2);
  });

  it('should wait for more to go together while much is to come', async () => {
    const { engine, run } = setUp();
    engine.lanes = lanes;
    engine.sizes.make = 2;

    await run(
      Object.fromEntries(
        Array.from({ length: 40 }, (_, n) => [
          `x${n}`,
          stepsOf(`x${n}:make`, `x${n}:group`),
        ]),
      ),
    );

    const groups = acts(engine.calls).filter(call => /group/.test(call));
    // An eighth of all at first, and fewer at the end.
    expect(groups[0].split(',').length).toBeGreaterThanOrEqual(5);
    expect(groups.length).toBeLessThan(20);
    expect(engine.effects.size).toBe(80);
  });

  it('should end all that is under way before it says that the journal could not be written', async () => {
    const { engine, journal, run } = setUp();
    engine.lanes = lanes;
    const slow = gate();
    let ended = false;
    engine.onAct = async ([{ kind }]) => {
      if (kind === 'make') {
        await slow.opened;
        ended = true;
      }
    };
    journal.onEvent = ({ kind, keys }) => {
      if (kind === 'intents-written' && keys.includes('x:login')) {
        setTimeout(slow.open, 20);
        throw new Error('the database is away');
      }
    };

    await expect(
      run({ x: stepsOf('x:make', 'x:group', 'x:login') }),
    ).rejects.toThrow('the database is away');
    expect(ended).toBe(true);
    expect(engine.effects).toEqual(new Set(['x:make']));
  });

  it('should stop between steps when aborted', async () => {
    const { engine, journal, abort, run } = setUp();
    engine.lanes = lanes;
    engine.onAct = ([{ kind }]) => {
      if (kind === 'make') {
        abort.abort();
      }
    };

    const results = await run({ x: stepsOf('x:make', 'x:group') });

    expect(results.get('x')).toEqual({ state: 'lost' });
    expect(engine.effects).toEqual(new Set(['x:make']));
    expect(journal.intent('x:group')).toBeUndefined();
  });

  it('should finish what a run before it left open', async () => {
    const { engine, journal, run } = setUp();
    engine.lanes = lanes;
    const list = stepsOf('x:make', 'x:group', 'x:login', 'x:role');
    await journal.write({
      outcomes: [],
      intents: [
        { key: 'x:make', evidence: { seen: 'nothing' } },
        { key: 'x:login', evidence: { seen: 'nothing' } },
      ],
    });
    engine.effects.add('x:login');

    expect((await run({ x: list })).get('x')).toEqual({ state: 'done' });
    expect(engine.effects.size).toBe(4);
    expect(acts(engine.calls).join()).not.toContain('x:login');
  });
});
