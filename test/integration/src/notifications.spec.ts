import { expect, test } from '@playwright/test';
import { eventually } from './support/eventually';
import { topic } from './support/inputs';
import { notificationsOf } from './support/notifications';
import {
  auditor,
  developer,
  engineer,
  neighbour,
  Person,
  platformLead,
} from './support/Person';
import { approve, ask, completed } from './support/requests';

test.describe('who has to do with a request', () => {
  test('should have one notification of it, that follows what becomes of it', async () => {
    const asked = await ask(
      developer,
      topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
    );
    const about = async (person: Person) =>
      (await notificationsOf(person)).filter(
        ({ payload }) => payload.scope === `data-resources:request:${asked.id}`,
      );
    const expectTitle = async (person: Person, title: RegExp) => {
      const found = await eventually(
        `${person.name} is told ${title}`,
        () => about(person),
        list => list.some(({ payload }) => title.test(payload.title)),
        15_000,
      );
      expect(found).toHaveLength(1);
      expect(found[0].payload.link).toBe(
        `/data-resources/requests/${asked.id}`,
      );
      expect(found[0].payload.title).toContain(asked.name);
      return found[0];
    };

    const waiting = await expectTitle(developer, /^Waiting for approval: /);
    const toDecide = await expectTitle(engineer, /^Please decide: /);
    await expectTitle(platformLead, /^Please decide: /);

    await approve(engineer, asked);
    await completed(developer, asked);

    const done = await expectTitle(developer, /^Done: /);
    expect(done.id).toBe(waiting.id);
    const decided = await expectTitle(engineer, /^Done: /);
    expect(decided.id).toBe(toDecide.id);
    await expectTitle(platformLead, /^Done: /);
    for (const person of [neighbour, auditor]) {
      expect(await about(person)).toEqual([]);
    }
  });
});
