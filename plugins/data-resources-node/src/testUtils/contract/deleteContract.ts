import type { ContractBench } from './ContractBench';
import { killAfter } from './createContract';

/** What was created goes, and only that. */
export function deleteContract(bench: () => ContractBench): void {
  describe('delete', () => {
    it('should remove all that is ours, and do nothing the second time', async () => {
      const { witness } = bench().fixture;
      const grants = bench().roles.map(role => bench().grant(role));
      const subject = await bench().create(...grants);
      expect(await bench().leftovers(subject)).not.toEqual([]);
      const operation = await bench().plan(subject, 'delete', {
        remove: grants,
      });
      expect(operation.plan.risk).toBe('high');
      expect(operation.plan.changes.map(({ kind }) => kind)).toContain(
        'destructive',
      );

      expect(await bench().execute(operation)).toEqual({ state: 'done' });
      expect(await witness.fingerprint(subject.name)).toBeUndefined();
      expect(await bench().leftovers(subject)).toEqual([]);

      const again = bench().operation(subject, operation.plan);
      expect(await bench().execute(again)).toEqual({ state: 'done' });
      const planned = await bench().plan(subject, 'delete', { remove: grants });
      expect(await bench().execute(planned)).toEqual({ state: 'done' });
    });

    it('should leave what belongs to others', async () => {
      const { administrator, witness } = bench().fixture;
      const grant = bench().grant(bench().roles[0]);
      const neighbour = await bench().create(bench().grant(bench().roles[0]));
      const foreign = bench().subject();
      await administrator.createForeign(foreign.name);
      const before = await Promise.all([
        witness.fingerprint(neighbour.name),
        bench().leftovers(neighbour),
        witness.fingerprint(foreign.name),
      ]);
      const subject = await bench().create(grant);
      const operation = await bench().plan(subject, 'delete', {
        remove: [grant],
      });
      expect(await bench().execute(operation)).toEqual({ state: 'done' });

      expect(
        await Promise.all([
          witness.fingerprint(neighbour.name),
          bench().leftovers(neighbour),
          witness.fingerprint(foreign.name),
        ]),
      ).toEqual(before);
    });

    it('should leave the object that somebody put in place of ours', async () => {
      const { administrator, witness } = bench().fixture;
      const grant = bench().grant(bench().roles[0]);
      const subject = await bench().create(grant);
      await administrator.remove(subject.name);
      await administrator.createForeign(subject.name);
      const foreign = await witness.fingerprint(subject.name);
      const operation = await bench().plan(subject, 'delete', {
        remove: [grant],
      });

      expect(await bench().execute(operation)).toEqual({ state: 'done' });
      expect(await witness.fingerprint(subject.name)).toBe(foreign);
      expect(await bench().leftovers(subject)).toEqual([]);
    });

    it('should end with nothing left after being killed at any point', async () => {
      const { witness } = bench().fixture;
      const grants = () => bench().roles.map(role => bench().grant(role));
      const counted = grants();
      let moments = 0;
      const first = await bench().create(...counted);
      await bench().execute(
        await bench().plan(first, 'delete', { remove: counted }),
        {
          onMoment: () => {
            moments += 1;
          },
        },
      );
      expect(moments).toBeGreaterThan(0);
      for (let survived = 0; survived < moments; survived++) {
        const remove = grants();
        const subject = await bench().create(...remove);
        const operation = await bench().plan(subject, 'delete', { remove });
        const point = await killAfter(bench(), operation, survived);

        const result = await bench().execute(operation, {
          instance: bench().freshInstance(),
        });

        expect({ point, result }).toEqual({ point, result: { state: 'done' } });
        expect(await witness.fingerprint(subject.name)).toBeUndefined();
        expect({ point, left: await bench().leftovers(subject) }).toEqual({
          point,
          left: [],
        });
      }
    });

    it('should let the name be used again', async () => {
      const subject = await bench().create();
      const first = subject.identity;
      await bench().execute(await bench().plan(subject, 'delete'));
      subject.identity = undefined;
      const operation = await bench().plan(subject, 'create');

      expect(await bench().execute(operation)).toEqual({ state: 'done' });
      expect(subject.identity).not.toEqual(first);
    });
  });
}
