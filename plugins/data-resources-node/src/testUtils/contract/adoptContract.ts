import { expectNoDeny, type ContractBench } from './ContractBench';
import type { Operation, Subject } from './Operation';
import { killAfter } from './createContract';

const PASSWORD = 'contract-Passw0rd-of-slot-a';

/** What somebody else left becomes ours, as it is, and is nobody's less than before. */
export function adoptContract(bench: () => ContractBench): void {
  const asLeft = (subject: Subject) =>
    bench().fixture.witness.asLeft(subject.name);
  const done = async (operation: Operation) =>
    expect(await bench().execute(operation)).toEqual({ state: 'done' });
  const observed = async (subject: Subject) =>
    (await bench().provider.observe([subject], bench().context())).get(
      subject.name,
    )!;
  const adopted = async () => {
    const subject = await bench().leftByOthers();
    await done(await bench().planAdoption(subject));
    return subject;
  };
  const denials = async (subject: Subject) =>
    (await bench().plan(subject, 'adopt')).plan.findings.filter(
      ({ effect }) => effect === 'deny',
    );

  describe('adopt', () => {
    it('should make an object ours and leave its data, settings and everybody’s access', async () => {
      const subject = await bench().leftByOthers();
      const before = await asLeft(subject);
      const { ours, spec } = await observed(subject);
      expect({ before, ours }).toEqual({
        before: expect.any(String),
        ours: false,
      });
      const operation = await bench().planAdoption(subject);
      expect(
        operation.plan.changes.filter(({ kind }) => kind === 'destructive'),
      ).toEqual([]);

      await done(operation);
      expect(subject.identity).toBeDefined();
      expect(await observed(subject)).toMatchObject({
        exists: true,
        ours: true,
        identity: subject.identity,
        spec,
      });
      expect(await asLeft(subject)).toBe(before);
      // What was agreed is what there is.
      expect((await bench().plan(subject, 'update')).plan.changes).toEqual([]);

      const acted: string[] = [];
      const again = bench().operation(subject, operation.plan);
      const result = await bench().execute(again, {
        instance: bench().freshInstance(),
        onMoment: ({ at, keys }) => {
          if (at === 'acted') {
            acted.push(...keys);
          }
        },
      });
      expect({ result, acted }).toEqual({
        result: { state: 'done' },
        acted: [],
      });
    });

    it('should plan the same from the same input', async () => {
      const subject = await bench().leftByOthers();
      const input = await bench().planInput(subject, 'adopt');
      const before = await asLeft(subject);
      const plan = bench().provider.plan(input);
      const again = bench()
        .freshInstance()
        .provider(bench().type.type)
        .plan(structuredClone(input));

      expect(again).toEqual(plan);
      // A step is what proves the object, even where nothing needs to be written.
      expect(plan.steps.length).toBeGreaterThan(0);
      const anew = await bench().planInput(subject, 'adopt');
      expect(bench().provider.plan(anew).steps).toEqual(plan.steps);
      expect(await asLeft(subject)).toBe(before);
    });

    it('should finish after being killed at any point', async () => {
      let moments = 0;
      const counted = await bench().leftByOthers();
      await bench().execute(await bench().planAdoption(counted), {
        onMoment: () => {
          moments += 1;
        },
      });
      expect(moments).toBeGreaterThan(0);
      for (let survived = 0; survived < moments; survived++) {
        const subject = await bench().leftByOthers();
        const before = await asLeft(subject);
        const operation = await bench().planAdoption(subject);
        const point = await killAfter(bench(), operation, survived);
        expect({ point, left: await asLeft(subject) }).toEqual({
          point,
          left: before,
        });

        const result = await bench().execute(operation, {
          instance: bench().freshInstance(),
        });

        const { ours } = await observed(subject);
        expect({ point, result, ours, left: await asLeft(subject) }).toEqual({
          point,
          result: { state: 'done' },
          ours: true,
          left: before,
        });
      }
    });

    it('should be given, taken, shut, opened and deleted as what was created here', async () => {
      const { witness } = bench().fixture;
      const grant = bench().grant(bench().roles[0]);
      const subject = await adopted();
      const before = await asLeft(subject);
      const canUse = () =>
        witness.canUse(subject.name, grant.login.a, PASSWORD);

      const give = await bench().plan(subject, 'grant', { add: [grant] });
      expectNoDeny(give.plan);
      await done(give);
      await bench().instance.logins.enable(
        { username: grant.login.a, password: PASSWORD },
        bench().context(),
      );
      expect(await canUse()).toBe(true);
      const rights = await bench().rights(subject, grant);
      expect(rights.b).toEqual(rights.a);
      expect(await asLeft(subject)).toBe(before);

      await done(
        await bench().plan(subject, 'quarantine', { remove: [grant] }),
      );
      expect(await canUse()).toBe(false);
      const restore = await bench().plan(subject, 'restore', { add: [grant] });
      expectNoDeny(restore.plan);
      await done(restore);
      expect(await canUse()).toBe(true);
      expect(await bench().rights(subject, grant)).toEqual(rights);
      expect(await asLeft(subject)).toBe(before);

      const take = await bench().plan(subject, 'revoke', { remove: [grant] });
      take.journal.loginsInUse.add(grant.login.base);
      await done(take);
      expect(await canUse()).toBe(false);
      expect(await asLeft(subject)).toBe(before);

      await done(await bench().plan(subject, 'grant', { add: [grant] }));
      await done(
        await bench().plan(subject, 'quarantine', { remove: [grant] }),
      );
      await done(await bench().plan(subject, 'delete', { remove: [grant] }));
      expect(await witness.fingerprint(subject.name)).toBeUndefined();
      expect(await bench().leftovers(subject)).toEqual([]);
    });

    it('should say Conflict and do nothing when the object is gone by then', async () => {
      const subject = await bench().leftByOthers();
      const operation = await bench().planAdoption(subject);
      const left = await bench().leftovers(subject);
      await bench().fixture.administrator.remove(subject.name);

      expect(await bench().execute(operation)).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict', retryable: false },
      });
      expect(left).toEqual(
        expect.arrayContaining(await bench().leftovers(subject)),
      );
      expect((await observed(subject)).ours).toBe(false);
      expect(await denials(subject)).not.toEqual([]);
    });

    it('should say Conflict and do nothing when another object has the name by then', async () => {
      const { administrator, witness } = bench().fixture;
      const subject = await bench().leftByOthers();
      const operation = await bench().planAdoption(subject);
      const left = await bench().leftovers(subject);
      await administrator.remove(subject.name);
      await administrator.createForeign(subject.name);
      const foreign = await witness.fingerprint(subject.name);

      expect(await bench().execute(operation)).toMatchObject({
        state: 'failed',
        error: { reason: 'Conflict', retryable: false },
      });
      expect(await witness.fingerprint(subject.name)).toBe(foreign);
      // What bore the name before may have gone with the object.
      expect(left).toEqual(
        expect.arrayContaining(await bench().leftovers(subject)),
      );
      expect((await observed(subject)).ours).toBe(false);
    });

    it('should refuse what is ours already', async () => {
      const grant = bench().grant(bench().roles[0]);
      for (const subject of [await bench().create(grant), await adopted()]) {
        expect(await denials(subject)).not.toEqual([]);
      }
    });
  });
}
