import { expectNoDeny, type ContractBench } from './ContractBench';
import type { Operation } from './Operation';
import { killAfter } from './createContract';

/** An object is brought from where it stands to where it should be. */
export function changeContract(bench: () => ContractBench): void {
  const actsOf = async (operation: Operation) => {
    const acted: string[] = [];
    const result = await bench().execute(operation, {
      onMoment: ({ at, keys }) => {
        if (at === 'acted') {
          acted.push(...keys);
        }
      },
    });
    expect(result).toEqual({ state: 'done' });
    return acted;
  };

  describe('update', () => {
    it('should see no difference on an object that is as it was asked for', async () => {
      const subject = await bench().create(bench().grant(bench().roles[0]));
      const { plan } = await bench().plan(subject, 'update');

      expect({ changes: plan.changes, steps: plan.steps }).toEqual({
        changes: [],
        steps: [],
      });
    });

    it('should change an object, and back again, and keep its identity and access', async () => {
      const grant = bench().grant(bench().roles[0]);
      const subject = await bench().create(grant);
      const { identity } = subject;
      const rights = await bench().rights(subject, grant);
      for (const spec of [bench().changedSpec, bench().spec]) {
        const keep = { keep: [grant] };
        const operation = await bench().plan(subject, 'update', keep, spec);
        expectNoDeny(operation.plan);
        expect(operation.plan.changes).not.toEqual([]);
        expect(await actsOf(operation)).not.toEqual([]);

        const after = await bench().plan(subject, 'update', keep, spec);
        expect(after.plan.changes).toEqual([]);
        const again = bench().operation(subject, operation.plan);
        expect(await actsOf(again)).toEqual([]);
      }
      // Beside what proves the object, a step may record what it has proven since.
      expect(subject.identity).toMatchObject(identity!);
      expect(await bench().rights(subject, grant)).toEqual(rights);
    });

    it('should show what somebody changed by hand, and put it back', async () => {
      const subject = await bench().create();
      await bench().fixture.administrator.change(subject.name);
      const drift = await bench().plan(subject, 'update');
      expect(drift.plan.changes).not.toEqual([]);
      expectNoDeny(drift.plan);

      expect(await actsOf(drift)).not.toEqual([]);
      expect((await bench().plan(subject, 'update')).plan.changes).toEqual([]);
    });

    it('should refuse to change what is gone, or is another object now', async () => {
      const { administrator, witness } = bench().fixture;
      const subject = await bench().create();
      const operation = await bench().plan(
        subject,
        'update',
        {},
        bench().changedSpec,
      );
      const denials = async () =>
        (
          await bench().plan(subject, 'update', {}, bench().changedSpec)
        ).plan.findings.filter(({ effect }) => effect === 'deny');

      await administrator.remove(subject.name);
      expect(await denials()).not.toEqual([]);
      await administrator.createForeign(subject.name);
      expect(await denials()).not.toEqual([]);
      const foreign = await witness.fingerprint(subject.name);
      expect(await bench().execute(operation)).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict' },
      });
      expect(await witness.fingerprint(subject.name)).toBe(foreign);
    });

    it('should finish after being killed at any point', async () => {
      let moments = 0;
      const first = await bench().create();
      await bench().execute(
        await bench().plan(first, 'update', {}, bench().changedSpec),
        {
          onMoment: () => {
            moments += 1;
          },
        },
      );
      for (let survived = 0; survived < moments; survived++) {
        const subject = await bench().create();
        const operation = await bench().plan(
          subject,
          'update',
          {},
          bench().changedSpec,
        );
        const point = await killAfter(bench(), operation, survived);
        const result = await bench().execute(operation, {
          instance: bench().freshInstance(),
        });
        const { plan } = await bench().plan(
          subject,
          'update',
          {},
          bench().changedSpec,
        );

        expect({ point, result, changes: plan.changes }).toEqual({
          point,
          result: { state: 'done' },
          changes: [],
        });
      }
    });
  });
}
