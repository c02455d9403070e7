import type { ContractBench } from './ContractBench';

/** A plan is pure, stable and free of secrets. */
export function planContract(bench: () => ContractBench): void {
  describe('plan', () => {
    it('should say which cluster it is, and the same to every instance', async () => {
      const { clusterId } = await bench().instance.probe(bench().context());
      for (const instance of [bench().instance, bench().freshInstance()]) {
        expect(await instance.identify(bench().context())).toEqual({
          state: 'known',
          id: clusterId,
        });
      }
    });

    it.each(['create', 'grant', 'revoke', 'delete'] as const)(
      'should be the same for the same input: %s',
      async action => {
        const { provider, roles } = bench();
        const [first, second] = roles.map(role => bench().grant(role));
        const subject =
          action === 'create' ? bench().subject() : await bench().create(first);
        const input = await bench().planInput(
          subject,
          action,
          {
            create: { add: [first, second] },
            grant: { add: [second], keep: [first] },
            revoke: { remove: [first] },
            delete: { remove: [first] },
          }[action],
        );
        deepFreeze(input);

        const plan = provider.plan(input);
        const again = bench()
          .freshInstance()
          .provider(bench().type.type)
          .plan(structuredClone(input));

        expect(again).toEqual(plan);
        expect(plan.steps.length).toBeGreaterThan(0);
        expect(new Set(plan.steps.map(({ id }) => id)).size).toBe(
          plan.steps.length,
        );
        expect(plan.changes.length).toBeGreaterThan(0);
        for (const step of plan.steps) {
          expect(step.title).not.toBe('');
          expect(step.call).not.toBe('');
          expect(JSON.parse(JSON.stringify(step.args))).toEqual(step.args);
        }
      },
    );

    it('should not depend on whether shared logins exist', async () => {
      const grant = bench().grant(bench().roles[0]);
      const subject = bench().subject();
      const before = await bench().plan(subject, 'create', { add: [grant] });
      await bench().create(grant);
      const after = await bench().plan(subject, 'create', { add: [grant] });

      expect(after.plan.steps).toEqual(before.plan.steps);
    });

    it('should mark the steps that make and remove logins', async () => {
      const grant = bench().grant(bench().roles[0]);
      const subject = await bench().create(grant);
      const { plan } = await bench().plan(subject, 'revoke', {
        remove: [grant],
      });

      expect(plan.steps.flatMap(({ login }) => login ?? [])).toContainEqual({
        base: grant.login.base,
        mode: 'release',
      });
    });

    it('should refuse a spec field that does not exist, by name', () => {
      const result = bench().type.specSchema.safeParse({
        ...bench().fixture.spec,
        noSuchField: 1,
      });

      expect(result.error?.message).toContain('noSuchField');
    });

    it('should fill in defaults so that a stored spec parses to itself', () => {
      expect(bench().type.specSchema.parse(bench().spec)).toEqual(bench().spec);
    });

    it('should tell what is wrong with a name', () => {
      const { type, fixture } = bench();

      expect(type.checkName(fixture.uniqueName())).toEqual([]);
      for (const name of [
        '',
        ' ',
        'a"b',
        "a';--",
        'a b',
        'ä\u0000',
        'x'.repeat(300),
      ]) {
        expect({ name, problems: type.checkName(name).length }).not.toEqual({
          name,
          problems: 0,
        });
      }
    });

    it('should never put a secret into what is shown or stored', async () => {
      const grant = bench().grant(bench().roles[0]);
      const subject = await bench().create(grant);
      const password = 'S3cret-canary-Passw0rd-of-this-test';
      await bench().instance.logins.enable(
        { username: grant.login.a, password },
        bench().context(),
      );
      const input = await bench().planInput(subject, 'delete', {
        remove: [grant],
      });
      const seen = JSON.stringify([
        input,
        bench().provider.plan(input),
        [...(await bench().provider.access([subject], bench().context()))],
        bench().provider.connection(subject.name, grant.login),
      ]);

      expect(seen).not.toContain(password);
    });
  });
}

function deepFreeze(value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
}
