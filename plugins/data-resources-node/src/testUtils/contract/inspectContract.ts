import { setTimeout as sleep } from 'node:timers/promises';
import type { Inspection } from '../../engine/LiveUse';
import type { ContractBench } from './ContractBench';
import type { Subject } from './Operation';

const PASSWORD = 'contract-Passw0rd-of-slot-a';
/** How long an engine may take to know of a client, or to forget it. */
const KNOWN_MS = 20_000;

/** Who uses an object now is told, and nobody else is. */
export function inspectContract(bench: () => ContractBench): void {
  const inspect = async (...subjects: Pick<Subject, 'name' | 'identity'>[]) =>
    bench().provider.inspect(subjects, bench().context());
  const usersOf = async (subject: Subject) =>
    (await inspect(subject)).get(subject.name)!.users;
  /** Looks until it is so, or the time is up. */
  const until = async (isSo: () => Promise<boolean>) => {
    const end = Date.now() + KNOWN_MS;
    while (!(await isSo()) && Date.now() < end) {
      await sleep(200);
    }
  };

  describe('inspect', () => {
    it('should find no users of an object that nobody uses', async () => {
      const grant = bench().grant(bench().roles[0]);
      const subject = await bench().create(grant);
      await bench().instance.logins.enable(
        { username: grant.login.a, password: PASSWORD },
        bench().context(),
      );
      // The portal's own connections may be open still, and do not count.
      expect(await usersOf(subject)).toEqual([]);
    });

    it('should name a client that uses an object, until it has gone', async () => {
      const { roleOfUse = bench().roles[0] } = bench().fixture;
      const grant = bench().grant(roleOfUse);
      const subject = await bench().create(grant);
      const neighbour = await bench().create();
      await bench().instance.logins.enable(
        { username: grant.login.a, password: PASSWORD },
        bench().context(),
      );
      const usedBy = (users: Inspection['users']) =>
        users.filter(
          ({ name, count }) => name.startsWith(grant.login.base) && count > 0,
        );
      const client = await bench().fixture.witness.use(
        subject.name,
        grant.login.a,
        PASSWORD,
      );
      try {
        await until(async () => usedBy(await usersOf(subject)).length > 0);
        const [user] = usedBy(await usersOf(subject));
        expect(user).toBeDefined();
        expect(user.kind).not.toBe('');
        expect(await usersOf(neighbour)).toEqual([]);
      } finally {
        await client.end();
      }
      await until(async () => usedBy(await usersOf(subject)).length === 0);
      expect(usedBy(await usersOf(subject))).toEqual([]);
    });

    it('should answer for many as for one, for what is gone and what is not ours', async () => {
      const ours = await bench().create();
      const left = await bench().leftByOthers();
      const gone = await bench().create();
      await bench().fixture.administrator.remove(gone.name);
      const never = bench().subject();
      const subjects = [gone, ours, never, left];
      const found = await inspect(...subjects);

      expect([...found.keys()].sort()).toEqual(
        subjects.map(({ name }) => name).sort(),
      );
      for (const subject of [gone, never]) {
        expect(found.get(subject.name)).toMatchObject({
          users: [],
          measures: [],
        });
      }
      for (const subject of [ours, left]) {
        const { users, measures } = found.get(subject.name)!;
        expect(users).toEqual([]);
        const keys = measures.map(({ name, labels = {} }) =>
          JSON.stringify([name, Object.entries(labels).sort()]),
        );
        expect(new Set(keys).size).toBe(keys.length);
        for (const { title, value } of measures) {
          expect(title).not.toBe('');
          expect(Number.isFinite(value)).toBe(true);
        }
        const alone = (await inspect(subject)).get(subject.name)!;
        expect(alone.measures.map(({ name }) => name)).toEqual(
          measures.map(({ name }) => name),
        );
      }
    });

    it('should tell the access of many objects as that of each', async () => {
      const { administrator } = bench().fixture;
      const [first, second] = bench().roles.map(role => bench().grant(role));
      const foreign = bench().subject();
      await administrator.createForeign(foreign.name);
      const gone = await bench().create();
      await administrator.remove(gone.name);
      const subjects = [
        await bench().create(first, second),
        foreign,
        gone,
        await bench().create(second),
        bench().subject(),
        await bench().leftByOthers(),
      ];
      const { provider } = bench();
      const many = await provider.access(subjects, bench().context());

      expect([...many.keys()].sort()).toEqual(
        subjects.map(({ name }) => name).sort(),
      );
      for (const subject of subjects) {
        const one = await provider.access([subject], bench().context());
        expect(many.get(subject.name)).toEqual(one.get(subject.name));
      }
      const granted = many
        .get(subjects[0].name)!
        .filter(({ login }) => login.includes(first.login.base));
      expect(granted).not.toEqual([]);
      // A client's own way in is no matter of the portal's or the server's.
      expect(granted.filter(({ internal }) => internal)).toEqual([]);
      expect(many.get(gone.name)).toEqual([]);
    });
  });
}
