import type { ContractBench } from './ContractBench';

const PASSWORD = 'contract-Passw0rd-of-slot-a';

/** Rights are given to both slots, taken alone, and logins go with their last right. */
export function accessContract(bench: () => ContractBench): void {
  describe('access', () => {
    it('should give a role to both slots and to nobody else', async () => {
      const subject = await bench().create();
      const [grant, other] = [0, 1].map(() => bench().grant(bench().roles[0]));
      const operation = await bench().plan(subject, 'grant', { add: [grant] });

      expect(await bench().rights(subject, grant)).toEqual({ a: [], b: [] });
      expect(await bench().execute(operation)).toEqual({ state: 'done' });

      const rights = await bench().rights(subject, grant);
      expect(rights.a).not.toEqual([]);
      expect(rights.b).toEqual(rights.a);
      expect(await bench().rights(subject, other)).toEqual({ a: [], b: [] });

      const again = bench().operation(subject, operation.plan);
      const acted: string[] = [];
      await bench().execute(again, {
        onMoment: ({ at, keys }) => {
          if (at === 'acted') {
            acted.push(...keys);
          }
        },
      });
      expect(acted).toEqual([]);
    });

    it('should take a role, and nobody else’s, and be content to find it gone', async () => {
      const [gone, stays] = [0, 1].map(() => bench().grant(bench().roles[0]));
      const subject = await bench().create(gone, stays);
      const before = await bench().rights(subject, stays);
      const operation = await bench().plan(subject, 'revoke', {
        remove: [gone],
        keep: [stays],
      });

      expect(await bench().execute(operation)).toEqual({ state: 'done' });
      expect(await bench().rights(subject, gone)).toEqual({ a: [], b: [] });
      expect(await bench().rights(subject, stays)).toEqual(before);

      const again = bench().operation(subject, operation.plan);
      expect(await bench().execute(again)).toEqual({ state: 'done' });
    });

    it.each([
      [0, 1],
      [1, 0],
    ])(
      'should keep what another role of the same principal needs (%d taken, %d kept)',
      async (taken, kept) => {
        const remove = bench().grant(bench().roles[taken]);
        const keep = bench().grant(bench().roles[kept], remove.principal);
        const alone = bench().grant(bench().roles[kept]);
        const subject = await bench().create(remove, keep, alone);
        const operation = await bench().plan(subject, 'revoke', {
          remove: [remove],
          keep: [keep, alone],
        });
        operation.journal.loginsInUse.add(remove.login.base);

        expect(await bench().execute(operation)).toEqual({ state: 'done' });
        expect(await bench().rights(subject, keep)).toEqual(
          await bench().rights(subject, alone),
        );
      },
    );

    it('should release a login only when no other grant needs it', async () => {
      const { witness } = bench().fixture;
      const grant = bench().grant(bench().roles[0]);
      const [first, second] = [
        await bench().create(grant),
        await bench().create(grant),
      ];
      await bench().instance.logins.enable(
        { username: grant.login.a, password: PASSWORD },
        bench().context(),
      );
      expect(await witness.canLogin(grant.login.a, PASSWORD)).toBe(true);

      const inUse = await bench().plan(first, 'revoke', { remove: [grant] });
      inUse.journal.loginsInUse.add(grant.login.base);
      expect(await bench().execute(inUse)).toEqual({ state: 'done' });
      expect(await witness.canLogin(grant.login.a, PASSWORD)).toBe(true);
      expect(await bench().rights(first, grant)).toEqual({ a: [], b: [] });
      expect((await bench().rights(second, grant)).a).not.toEqual([]);

      const last = await bench().plan(second, 'delete', { remove: [grant] });
      expect(await bench().execute(last)).toEqual({ state: 'done' });
      expect(await witness.canLogin(grant.login.a, PASSWORD)).toBe(false);
      expect(await bench().leftovers(second)).toEqual([]);
    });

    it.each(['grant', 'revoke'] as const)(
      'should finish a %s that was killed after its first act',
      async action => {
        const grant = bench().grant(bench().roles[1]);
        const subject = await bench().create(
          ...(action === 'revoke' ? [grant] : []),
        );
        const operation = await bench().plan(subject, action, {
          [action === 'grant' ? 'add' : 'remove']: [grant],
        });
        await expect(
          bench().execute(operation, {
            onMoment: ({ at }) => {
              if (at === 'acted') {
                throw new Error('killed');
              }
            },
          }),
        ).rejects.toThrow('killed');

        const instance = bench().freshInstance();
        expect(await bench().execute(operation, { instance })).toEqual({
          state: 'done',
        });
        const { a, b } = await bench().rights(subject, grant);
        expect(b).toEqual(a);
        expect(a.length > 0).toBe(action === 'grant');
      },
    );
  });
}
