import type { Instance } from '@data-resources/plugin-data-resources-common';
import { otherEngine } from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import { eventually } from './support/eventually';
import { CreateInput, database, keyspace, topic } from './support/inputs';
import { inventory } from './support/inventory';
import { developer, engineer, Person, platformLead } from './support/Person';
import {
  approve,
  ask,
  completed,
  create,
  request,
  resource,
} from './support/requests';
import { Server, ServerName } from './support/Server';

const journeys: {
  server: ServerName;
  asks: Person;
  decides: Person;
  /** With a person who must agree first, so that the cluster can be exchanged in between. */
  input: () => CreateInput;
}[] = [
  {
    server: 'kafka-dev',
    asks: developer,
    decides: engineer,
    input: () =>
      topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
  },
  {
    server: 'cassandra-dev',
    asks: platformLead,
    decides: developer,
    input: keyspace,
  },
  {
    server: 'postgres-dev',
    asks: developer,
    decides: engineer,
    input: () => database(undefined, { spec: { connectionLimit: 21 } }),
  },
];

const statusOf = async (name: ServerName): Promise<Instance['status']> => {
  const { body } = await developer.get<{ items: Instance[] }>('/instances');
  return body.items.find(instance => instance.name === name)!.status;
};

test.describe('another cluster behind the address of an instance', () => {
  test.setTimeout(300_000);

  for (const { server: name, asks, decides, input } of journeys) {
    test(`should be left as it is, and nothing be declared lost: ${name}`, async () => {
      const server = new Server(name);
      const kept = await completed(
        asks,
        await approve(decides, await ask(asks, input())),
      );
      const asked = await ask(asks, input());
      const other = await otherEngine(name);
      await server.stop();
      try {
        await other.start();
        const before = await inventory();
        await approve(decides, asked);

        const { message, conditions } = await eventually(
          `${name} is shown to be another cluster`,
          () => statusOf(name),
          status =>
            status.conditions?.some(
              ({ type }) => type === 'ClusterIdentity',
            ) === true && !status.reachable,
          90_000,
        );
        expect(message).toContain(`Another cluster answers at the address of`);
        expect(conditions).toEqual([
          expect.objectContaining({ type: 'ClusterIdentity', status: 'error' }),
        ]);
        const { state, waiting } = await eventually(
          'the request says what it waits for',
          () => request(asks, asked.id),
          each => each.waiting?.message.startsWith('Another cluster') === true,
          60_000,
        );
        expect(state).toMatch(/^(approved|executing)$/);
        expect(waiting?.reason).toBe('Unreachable');
        expect((await asks.post('/requests', input())).status).toBe(503);
        expect((await resource(asks, kept.resourceId!)).phase).toBe('ready');
        expect(await inventory()).toEqual(before);
      } finally {
        await other.stop();
        await server.start();
      }
      await completed(asks, asked, 90_000);
      expect((await resource(asks, kept.resourceId!)).phase).toBe('ready');
      await create(developer, topic());
    });
  }
});
