import type { DiscoveredObject } from '../../engine/Discovery';
import type { ContractBench } from './ContractBench';

/** Few, so that a small server has several pages. */
const PAGE = 3;

/** Whatever there is on the server is found, whoever made it, and left as it is. */
export function discoveryContract(bench: () => ContractBench): void {
  const everyPage = async (limit: number) => {
    const items: DiscoveredObject[] = [];
    let after: string | undefined;
    do {
      const page = await bench().provider.discover(
        { after, limit },
        bench().context(),
      );
      expect(page.items.length).toBeLessThanOrEqual(limit);
      if (page.next !== undefined) {
        expect(page.items.length).toBeGreaterThan(0);
        expect(page.next).toBe(page.items[page.items.length - 1].name);
      }
      items.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return items;
  };

  describe('discover', () => {
    it('should list ours and other people’s objects once each, in order, page by page', async () => {
      const { administrator } = bench().fixture;
      const ours = [await bench().create(), await bench().create()];
      const foreign = [bench().subject(), bench().subject()];
      for (const { name } of foreign) {
        await administrator.createForeign(name);
      }
      const names = [...ours, ...foreign].map(({ name }) => name).sort();

      for (const limit of [PAGE, 1_000]) {
        const items = await everyPage(limit);
        const listed = items.map(({ name }) => name);
        // Other tests come and go on the server: only their own are sure to be there.
        expect(listed.filter(name => names.includes(name))).toEqual(names);
        expect(
          listed.every((name, at) => at === 0 || listed[at - 1] < name),
        ).toBe(true);
      }
    });

    it('should begin after a name, whether or not there is an object of it', async () => {
      const { administrator } = bench().fixture;
      const foreign = [bench().subject(), bench().subject()];
      for (const { name } of foreign) {
        await administrator.createForeign(name);
      }
      const [first, second] = foreign.map(({ name }) => name).sort();
      const namesAfter = async (after: string) =>
        (
          await bench().provider.discover(
            { after, limit: 1_000 },
            bench().context(),
          )
        ).items.map(({ name }) => name);

      expect(await namesAfter(first)).not.toContain(first);
      expect(await namesAfter(first)).toContain(second);
      // Right before it, and no name of any object.
      expect(await namesAfter(first.slice(0, -1))).toContain(first);
      expect(await namesAfter(second)).not.toContain(second);
    });

    it('should tell what an object is as an observation does, and call no person’s internal', async () => {
      const { administrator } = bench().fixture;
      const ours = await bench().create(bench().grant(bench().roles[0]));
      const foreign = bench().subject();
      await administrator.createForeign(foreign.name);
      const left = await bench().leftByOthers();
      const subjects = [ours, foreign, left];
      const items = await everyPage(1_000);
      const seen = await bench().provider.observe(
        // Nothing recorded, as for whoever finds it.
        subjects.map(({ name }) => ({ name })),
        bench().context(),
      );

      for (const { name } of subjects) {
        const item = items.find(found => found.name === name)!;
        const { identity, spec } = seen.get(name)!;
        expect(item.internal).toBeUndefined();
        expect(item.identity).toEqual(identity);
        expect(spec).toMatchObject(item.spec);
        for (const { value, source } of item.hints) {
          expect(value).not.toBe('');
          expect(source).not.toBe('');
        }
      }
    });

    it('should change nothing', async () => {
      const { witness } = bench().fixture;
      const ours = await bench().create(bench().grant(bench().roles[0]));
      const left = await bench().leftByOthers();
      const look = () =>
        Promise.all([
          witness.fingerprint(ours.name),
          bench().leftovers(ours),
          witness.fingerprint(left.name),
          witness.asLeft(left.name),
          bench().leftovers(left),
        ]);
      const before = await look();
      await everyPage(1_000);

      expect(await look()).toEqual(before);
    });
  });
}
