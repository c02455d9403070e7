import type { JsonObject } from '@backstage/types';
import type {
  ObjectRef,
  ResourceProvider,
  StepAnswer,
  StepCall,
  StepCheck,
  StepLanes,
} from '../engine/ResourceProvider';
import { ProviderError } from '../errors/ProviderError';
import { MemoryStepJournal } from '../testUtils/MemoryStepJournal';
import { type RunnableStep, StepRunner } from './StepRunner';

/** An engine that keeps effects in a set: what it is told to do wrong is in its fields. */
class MemoryEngine implements Partial<ResourceProvider> {
  readonly effects = new Set<string>();
  readonly foreign = new Set<string>();
  /** Of these the act answers with what it has read back. */
  readonly readsBack = new Set<string>();
  readonly calls: string[] = [];
  readonly seen: StepCall[] = [];
  size = 100;
  readonly sizes: { [kind: string]: number } = {};
  lanes?: StepLanes;
  onAct?: (steps: readonly StepCall[]) => void | Promise<void>;
  onCheck?: (steps: readonly StepCall[]) => void;

  batchSize(kind: string) {
    return this.sizes[kind] ?? this.size;
  }

  async check(steps: readonly StepCall[]) {
    this.calls.push(`check ${steps.map(({ key }) => key).join(',')}`);
    this.seen.push(...steps);
    this.onCheck?.(steps);
    return new Map<string, StepCheck>(
      steps.map(step => [step.key, this.#look(step)]),
    );
  }

  async act(steps: readonly StepCall[]) {
    this.calls.push(`act ${steps.map(({ key }) => key).join(',')}`);
    await this.onAct?.(steps);
    const answers = new Map<string, StepAnswer>();
    for (const { key } of steps) {
      if (this.foreign.has(key) || this.effects.has(key)) {
        answers.set(key, new ProviderError('Conflict', `${key} is there`));
      } else {
        this.effects.add(key);
        if (this.readsBack.has(key)) {
          const identity = { [key]: `id of ${key}, read back` };
          answers.set(key, { state: 'satisfied', identity });
        }
      }
    }
    return answers;
  }

  /** Like a Kafka topic: inside an intent that saw nothing, what is there is ours. */
  #look({ key, intent }: StepCall): StepCheck {
    if (this.effects.has(key) && intent?.evidence.seen === 'nothing') {
      return { state: 'satisfied', identity: { [key]: `id of ${key}` } };
    }
    if (this.effects.has(key) || this.foreign.has(key)) {
      return {
        state: 'failed',
        error: new ProviderError('Conflict', `${key} is there`),
      };
    }
    return { state: 'pending', evidence: { seen: 'nothing' } };
  }
}

function stepsOf(...keys: string[]): RunnableStep[] {
  return keys.map(key => ({
    key,
    step: { kind: key.replace(/^\w+:|\d+$/g, ''), args: {} },
  }));
}

function setUp({ outcomesWithinMs }: { outcomesWithinMs?: number } = {}) {
  const engine = new MemoryEngine();
  const journal = new MemoryStepJournal();
  const abort = new AbortController();
  const run = (
    items: { [name: string]: RunnableStep[] },
    identity?: JsonObject,
    onDone?: (objects: readonly ObjectRef[]) => Promise<void>,
  ) =>
    StepRunner.create({
      provider: engine as unknown as ResourceProvider,
      journal,
      context: { logger: {} as never, signal: abort.signal },
      outcomesWithinMs,
    }).run(
      Object.entries(items).map(([name, list]) =>
        journal.item(name, { name, identity }, list),
      ),
      onDone,
    );
  return { engine, journal, abort, run };
}

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

  it('should finish an item without steps at once', async () => {
    const { engine, run } = setUp();

    expect((await run({ x: [] })).get('x')).toEqual({ state: 'done' });
    expect(engine.calls).toEqual([]);
  });

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

  describe('with lanes', () => {
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

  describe('logins', () => {
    const login = (key: string, mode: 'ensure' | 'release'): RunnableStep => ({
      key,
      step: { kind: mode, args: {}, login: { base: 'app_1', mode } },
    });

    it('should tell a release whether the login is in use', async () => {
      const { engine, journal, run } = setUp();
      journal.loginsInUse.add('app_1');

      await run({ x: [login('x:release', 'release')] });
      await run({ y: [login('y:ensure', 'ensure')] });

      expect(
        engine.seen.map(({ key, loginInUse }) => [key, loginInUse]),
      ).toEqual([
        ['x:release', true],
        ['x:release', true],
        ['y:ensure', undefined],
        ['y:ensure', undefined],
      ]);
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
});
