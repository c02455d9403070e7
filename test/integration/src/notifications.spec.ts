import type { RequestBatch } from '@data-resources/plugin-data-resources-common';
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

  test('should have one notification of many that were asked for together', async () => {
    const { status, body } = await developer.post<RequestBatch>(
      '/request-batches',
      {
        requests: [1, 2, 3].map(() =>
          topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
        ),
      },
    );
    expect(status).toBe(200);
    const asked = body.items.map(({ request }) => request!);
    const scope = `data-resources:batch:${body.id}`;
    const isTold = async (person: Person, title: string) => {
      const found = await eventually(
        `${person.name} is told ${title}`,
        async () =>
          (
            await notificationsOf(person)
          ).filter(({ payload }) => payload.scope === scope),
        list => list.some(({ payload }) => payload.title === title),
        30_000,
      );
      expect(found).toHaveLength(1);
      expect(found[0].payload.link).toContain(`batch=${body.id}`);
    };

    await isTold(developer, 'Waiting for approval: 3 requests on kafka-dev');
    await isTold(engineer, 'Please decide: 3 requests on kafka-dev');

    await engineer.post(`/request-batches/${body.id}/approve`, {
      planHashes: Object.fromEntries(
        asked.map(({ id, plan }) => [id, plan.hash]),
      ),
    });
    for (const request of asked) {
      await completed(developer, request);
    }

    await isTold(developer, 'Done: 3 requests on kafka-dev');
    await isTold(engineer, 'Done: 3 requests on kafka-dev');
    for (const { id } of asked) {
      expect(
        (await notificationsOf(developer)).filter(
          ({ payload }) => payload.scope === `data-resources:request:${id}`,
        ),
      ).toEqual([]);
    }
  });
});
