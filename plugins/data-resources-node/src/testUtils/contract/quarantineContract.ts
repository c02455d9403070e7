import { expectNoDeny, type ContractBench } from './ContractBench';
import type { Operation } from './Operation';
import { killAfter } from './createContract';

const PASSWORD = 'contract-Passw0rd-of-slot-a';

/** An object out of everybody's reach comes back as it was, or goes for good. */
export function quarantineContract(bench: () => ContractBench): void {
  /** An object with a grant, and a login that can use it. */
  const used = async () => {
    const grant = bench().grant(bench().roles[0]);
    const subject = await bench().create(grant);
    await bench().instance.logins.enable(
      { username: grant.login.a, password: PASSWORD },
      bench().context(),
    );
    const canUse = () =>
      bench().fixture.witness.canUse(subject.name, grant.login.a, PASSWORD);
    expect(await canUse()).toBe(true);
    return { grant, subject, canUse };
  };
  const done = async (operation: Operation) =>
    expect(await bench().execute(operation)).toEqual({ state: 'done' });

  describe('quarantine', () => {
    it('should take an object out of reach, and restore it as it was', async () => {
      const { witness } = bench().fixture;
      const { grant, subject, canUse } = await used();
      const rights = await bench().rights(subject, grant);
      const fingerprint = await witness.fingerprint(subject.name);

      const quarantine = await bench().plan(subject, 'quarantine', {
        remove: [grant],
      });
      expect(quarantine.plan.changes).not.toEqual([]);
      await done(quarantine);
      expect(await canUse()).toBe(false);
      expect(await witness.fingerprint(subject.name)).toBeDefined();
      expect(await witness.canLogin(grant.login.a, PASSWORD)).toBe(true);
      const [seen] = (
        await bench().provider.observe([subject], bench().context())
      ).values();
      expect(seen).toMatchObject({ exists: true, ours: true });
      await done(bench().operation(subject, quarantine.plan));

      const restore = await bench().plan(subject, 'restore', { add: [grant] });
      expectNoDeny(restore.plan);
      await done(restore);
      expect(await canUse()).toBe(true);
      expect(await bench().rights(subject, grant)).toEqual(rights);
      expect(await witness.fingerprint(subject.name)).toBe(fingerprint);
      expect((await bench().plan(subject, 'update')).plan.changes).toEqual([]);
    });

    it('should leave the neighbours and the principal’s other objects alone', async () => {
      const { witness } = bench().fixture;
      const { grant, subject } = await used();
      const other = await bench().create(grant);
      const before = await Promise.all([
        witness.fingerprint(other.name),
        bench().rights(other, grant),
      ]);
      await done(
        await bench().plan(subject, 'quarantine', { remove: [grant] }),
      );

      expect(
        await Promise.all([
          witness.fingerprint(other.name),
          bench().rights(other, grant),
        ]),
      ).toEqual(before);
      expect(await witness.canUse(other.name, grant.login.a, PASSWORD)).toBe(
        true,
      );
    });

    it('should be deleted from there with nothing left', async () => {
      const { witness } = bench().fixture;
      const { grant, subject } = await used();
      await done(
        await bench().plan(subject, 'quarantine', { remove: [grant] }),
      );
      await done(await bench().plan(subject, 'delete', { remove: [grant] }));

      expect(await witness.fingerprint(subject.name)).toBeUndefined();
      expect(await bench().leftovers(subject)).toEqual([]);
    });

    it.each(['quarantine', 'restore'] as const)(
      'should finish a %s that was killed at any point',
      async action => {
        const prepare = async () => {
          const { grant, subject, canUse } = await used();
          if (action === 'restore') {
            await done(
              await bench().plan(subject, 'quarantine', { remove: [grant] }),
            );
          }
          const operation = await bench().plan(subject, action, {
            [action === 'restore' ? 'add' : 'remove']: [grant],
          });
          return { operation, canUse };
        };
        let moments = 0;
        await bench().execute((await prepare()).operation, {
          onMoment: () => {
            moments += 1;
          },
        });
        expect(moments).toBeGreaterThan(0);
        for (let survived = 0; survived < moments; survived++) {
          const { operation, canUse } = await prepare();
          const point = await killAfter(bench(), operation, survived);
          const result = await bench().execute(operation, {
            instance: bench().freshInstance(),
          });

          expect({ point, result, usable: await canUse() }).toEqual({
            point,
            result: { state: 'done' },
            usable: action === 'restore',
          });
        }
      },
    );
  });
}
