import type { ContractBench } from './ContractBench';

/** A new credential works, and breaks nobody who uses the other slot. */
export function loginContract(bench: () => ContractBench): void {
  describe('logins', () => {
    it('should let nobody in before a credential is issued', async () => {
      const grant = bench().grant(bench().roles[0]);
      await bench().create(grant);
      const { canLogin } = bench().fixture.witness;
      for (const username of [grant.login.a, grant.login.b]) {
        for (const password of [username, 'postgres', 'cassandra']) {
          expect(await canLogin(username, password)).toBe(false);
        }
      }
      const seen = await bench().instance.logins.observe(
        [grant.login.a, grant.login.b, 'no_such_login_a'],
        bench().context(),
      );
      expect(seen.get(grant.login.a)).toMatchObject({ enabled: false });
      expect(seen.get(grant.login.b)).toMatchObject({ enabled: false });
      expect(seen.get('no_such_login_a')).toEqual({
        exists: false,
        enabled: false,
      });
    });

    it('should rotate from slot to slot without breaking the one in use', async () => {
      const { canLogin } = bench().fixture.witness;
      const { login } = await withLogin(bench());
      const { logins } = bench().instance;
      const context = bench().context();

      await logins.enable({ username: login.a, password: 'first-A1' }, context);
      expect(await canLogin(login.a, 'first-A1')).toBe(true);
      expect(await canLogin(login.a, 'first-a1')).toBe(false);
      expect(await canLogin(login.b, 'first-A1')).toBe(false);

      await logins.enable(
        { username: login.b, password: 'second-B1' },
        context,
      );
      expect(await canLogin(login.b, 'second-B1')).toBe(true);
      expect(await canLogin(login.a, 'first-A1')).toBe(true);

      await logins.disable({ username: login.a }, context);
      expect(await canLogin(login.a, 'first-A1')).toBe(false);
      expect(await canLogin(login.b, 'second-B1')).toBe(true);
      expect(await logins.observe([login.a, login.b], context)).toEqual(
        new Map([
          [login.a, expect.objectContaining({ enabled: false })],
          [login.b, { exists: true, enabled: true }],
        ]),
      );

      await logins.enable({ username: login.a, password: 'third-A2' }, context);
      expect(await canLogin(login.a, 'third-A2')).toBe(true);
      expect(await canLogin(login.a, 'first-A1')).toBe(false);
      expect(await canLogin(login.b, 'second-B1')).toBe(true);
    });

    it('should take passwords of any characters', async () => {
      const { canLogin } = bench().fixture.witness;
      const { login } = await withLogin(bench());
      const password = `q'uo"te\\;-- $1 %s {}`;
      await bench().instance.logins.enable(
        { username: login.a, password },
        bench().context(),
      );

      expect(await canLogin(login.a, password)).toBe(true);
      expect(await canLogin(login.a, `${password} `)).toBe(false);
    });

    it('should be content to disable what is disabled or gone', async () => {
      const { login } = await withLogin(bench());
      const { logins } = bench().instance;
      for (const username of [login.a, login.a, 'no_such_login_a']) {
        await logins.disable({ username }, bench().context());
      }
      const seen = await logins.observe([login.a], bench().context());
      expect(seen.get(login.a)).toMatchObject({ enabled: false });
    });

    it('should serve many principals at once', async () => {
      const grants = Array.from({ length: 6 }, () =>
        bench().grant(bench().roles[0]),
      );
      await bench().create(...grants);
      await Promise.all(
        grants.map(({ login }) =>
          bench().instance.logins.enable(
            { username: login.a, password: `of-${login.a}` },
            bench().context(),
          ),
        ),
      );
      for (const { login } of grants) {
        expect(
          await bench().fixture.witness.canLogin(login.a, `of-${login.a}`),
        ).toBe(true);
      }
    });
  });
}

async function withLogin(bench: ContractBench) {
  const grant = bench.grant(bench.roles[0]);
  await bench.create(grant);
  return grant;
}
