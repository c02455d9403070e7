import type { ContractBench } from './ContractBench';
import { Killed } from './Operation';

/** An object is made once, whatever happens, and nobody else's is taken. */
export function createContract(bench: () => ContractBench): void {
  describe('create', () => {
    it('should create the object, prove it and change nothing the second time', async () => {
      const { witness } = bench().fixture;
      const [first, second] = bench().roles.map(role => bench().grant(role));
      const subject = bench().subject();
      const operation = await bench().plan(subject, 'create', {
        add: [first, second],
      });
      const acts: string[] = [];
      const onMoment = ({ at, keys }: { at: string; keys: string[] }) => {
        if (at === 'acted') {
          acts.push(...keys);
        }
      };

      expect(await bench().execute(operation, { onMoment })).toEqual({
        state: 'done',
      });
      expect(acts).not.toEqual([]);
      const made = await witness.fingerprint(subject.name);
      expect(made).toBeDefined();
      expect(subject.identity).toBeDefined();

      acts.length = 0;
      const again = bench().operation(subject, operation.plan);
      const instance = bench().freshInstance();
      expect(await bench().execute(again, { instance, onMoment })).toEqual({
        state: 'done',
      });
      expect(acts).toEqual([]);
      expect(await witness.fingerprint(subject.name)).toBe(made);
    });

    it('should observe what it created as ours, with the spec that was asked for', async () => {
      const subject = await bench().create();
      const seen = await bench().provider.observe([subject], bench().context());

      expect(seen.get(subject.name)).toMatchObject({
        exists: true,
        ours: true,
        identity: subject.identity,
        spec: bench().spec,
      });
    });

    it('should answer for every name of many, missing ones included', async () => {
      const made = [await bench().create(), await bench().create()];
      const foreign = bench().subject();
      await bench().fixture.administrator.createForeign(foreign.name);
      const missing = Array.from({ length: 50 }, () => ({
        name: bench().fixture.uniqueName(),
      }));
      const seen = await bench().provider.observe(
        [
          ...missing.slice(0, 25),
          made[0],
          foreign,
          ...missing.slice(25),
          made[1],
        ],
        bench().context(),
      );

      expect(seen.size).toBe(53);
      for (const { name } of missing) {
        expect(seen.get(name)).toMatchObject({ exists: false, ours: false });
      }
      for (const { name } of made) {
        expect(seen.get(name)).toMatchObject({ exists: true, ours: true });
      }
      expect(seen.get(foreign.name)).toMatchObject({
        exists: true,
        ours: false,
      });
    });

    it('should end as one object after being killed at any point', async () => {
      const { witness } = bench().fixture;
      const moments = await momentsOfCreate(bench());
      for (let survived = 0; survived < moments; survived++) {
        const grants = bench().roles.map(role => bench().grant(role));
        const subject = bench().subject();
        const operation = await bench().plan(subject, 'create', {
          add: grants,
        });
        const point = await killAfter(bench(), operation, survived);

        const result = await bench().execute(operation, {
          instance: bench().freshInstance(),
        });

        expect({ point, result }).toEqual({ point, result: { state: 'done' } });
        expect(await witness.fingerprint(subject.name)).toBeDefined();
        expect(
          await bench()
            .provider.observe([subject], bench().context())
            .then(seen => seen.get(subject.name)),
        ).toMatchObject({ exists: true, ours: true, spec: bench().spec });
        for (const grant of grants) {
          const rights = await bench().rights(subject, grant);
          expect(rights.a).not.toEqual([]);
          expect(rights.b).toEqual(rights.a);
        }
        await bench().fixture.administrator.cleanUp(subject.name, [
          ...subject.logins,
        ]);
      }
    });

    it('should leave a foreign object alone and say Conflict', async () => {
      const { administrator, witness } = bench().fixture;
      const subject = bench().subject();
      const operation = await bench().plan(subject, 'create', {
        add: [bench().grant(bench().roles[0])],
      });
      await administrator.createForeign(subject.name);
      const foreign = await witness.fingerprint(subject.name);

      const result = await bench().execute(operation);

      expect(result).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict', retryable: false },
      });
      expect(result.state === 'failed' && result.error.message).toContain(
        subject.name,
      );
      expect(await witness.fingerprint(subject.name)).toBe(foreign);
      const seen = await bench().provider.observe([subject], bench().context());
      expect(seen.get(subject.name)).toMatchObject({
        exists: true,
        ours: false,
      });
    });

    it('should not take over an object that appears between the check and the act', async () => {
      // The last run is the one in which the object was ours before anybody could come between.
      let last;
      let raced = -1;
      do {
        raced += 1;
        last = await raceBefore(bench(), raced);
      } while (last.foreign !== undefined);

      expect(raced).toBeGreaterThan(0);
      expect(last.result).toEqual({ state: 'done' });
    });

    it('should finish the others when one of a batch fails', async () => {
      const { administrator, witness } = bench().fixture;
      const subjects = Array.from({ length: 5 }, () => bench().subject());
      const operations = [];
      for (const subject of subjects) {
        operations.push(
          await bench().plan(subject, 'create', {
            add: [bench().grant(bench().roles[0])],
          }),
        );
      }
      await administrator.createForeign(subjects[2].name);
      const foreign = await witness.fingerprint(subjects[2].name);

      const results = await bench().executeAll(operations);

      expect(results.map(({ state }) => state)).toEqual([
        'done',
        'done',
        'failed',
        'done',
        'done',
      ]);
      expect(results[2]).toMatchObject({ error: { reason: 'Conflict' } });
      expect(await witness.fingerprint(subjects[2].name)).toBe(foreign);
      for (const subject of subjects) {
        expect(await witness.fingerprint(subject.name)).toBeDefined();
      }
    });

    it('should stop between steps when aborted, and go on later', async () => {
      const subject = bench().subject();
      const operation = await bench().plan(subject, 'create', {
        add: [bench().grant(bench().roles[0])],
      });
      const abort = new AbortController();
      const acted: string[] = [];
      const result = await bench().execute(operation, {
        signal: abort.signal,
        onMoment: ({ at, keys }) => {
          if (at === 'acted') {
            acted.push(...keys);
          }
          if (at === 'outcomes-written') {
            abort.abort();
          }
        },
      });

      expect(result).toEqual({ state: 'lost' });
      expect(acted.length).toBeLessThan(operation.steps.length);
      expect(await bench().execute(operation)).toEqual({ state: 'done' });
      expect(
        await bench().fixture.witness.fingerprint(subject.name),
      ).toBeDefined();
    });
  });
}

async function momentsOfCreate(bench: ContractBench): Promise<number> {
  let moments = 0;
  const operation = await bench.plan(bench.subject(), 'create', {
    add: bench.roles.map(role => bench.grant(role)),
  });
  const result = await bench.execute(operation, {
    onMoment: () => {
      moments += 1;
    },
  });
  expect(result).toEqual({ state: 'done' });
  return moments;
}

/**
 * Runs a create in which an administrator makes an object of the name just before the act
 * with this number, unless there is one by then, and holds it to leaving that alone.
 */
async function raceBefore(bench: ContractBench, act: number) {
  const { administrator, witness } = bench.fixture;
  const subject = bench.subject();
  const operation = await bench.plan(subject, 'create', { add: [] });
  let acts = 0;
  let foreign: string | undefined;
  const result = await bench.execute(operation, {
    onMoment: async ({ at }) => {
      if (at !== 'before-act' || acts++ !== act) {
        return;
      }
      if ((await witness.fingerprint(subject.name)) === undefined) {
        await administrator.createForeign(subject.name);
        foreign = await witness.fingerprint(subject.name);
      }
    },
  });
  if (foreign !== undefined) {
    expect(result).toMatchObject({
      state: 'failed',
      error: { reason: 'Conflict' },
    });
    expect(await witness.fingerprint(subject.name)).toBe(foreign);

    const undo = await bench.plan(subject, 'delete');
    expect(await bench.execute(undo)).toEqual({ state: 'done' });
    expect(await witness.fingerprint(subject.name)).toBe(foreign);
    expect(await bench.leftovers(subject)).toEqual([]);
  }
  return { foreign, result };
}

/** Lets a run live for so many moments, kills it at the next and tells which that was. */
export async function killAfter(
  bench: ContractBench,
  operation: Parameters<ContractBench['execute']>[0],
  survived: number,
): Promise<string> {
  let moments = 0;
  let point: string | undefined;
  const run = bench.execute(operation, {
    instance: bench.freshInstance(),
    onMoment: ({ at, keys }) => {
      if (moments++ === survived) {
        point = `${at} ${keys.join(', ')}`;
        throw new Killed(point);
      }
    },
  });
  await expect(run).rejects.toThrow(Killed);
  return point!;
}
