import type {
  DataRequest,
  Instance,
} from '@data-resources/plugin-data-resources-common';
import { expect, test } from '@playwright/test';
import { eventually } from './support/eventually';
import { CreateInput, database, keyspace, topic } from './support/inputs';
import { ledger } from './support/ledger';
import { developer, engineer, Person, platformLead } from './support/Person';
import { approve, ask, completed, create, request } from './support/requests';
import { Server, ServerName } from './support/Server';

/** With a person who must agree first, so that the engine can go in between. */
const journeys: {
  server: ServerName;
  asks: Person;
  decides: Person;
  input: () => CreateInput;
  /** On another server. */
  other: () => CreateInput;
}[] = [
  {
    server: 'kafka-dev',
    asks: developer,
    decides: engineer,
    input: () =>
      topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
    other: database,
  },
  {
    server: 'cassandra-dev',
    asks: platformLead,
    decides: developer,
    input: keyspace,
    other: topic,
  },
  {
    server: 'postgres-dev',
    asks: developer,
    decides: engineer,
    input: () => database(undefined, { spec: { connectionLimit: 21 } }),
    other: topic,
  },
];

const outages = {
  stopped: {
    begin: (server: Server) => server.stop(),
    end: (server: Server) => server.start(),
  },
  frozen: {
    begin: (server: Server) => server.freeze(),
    end: (server: Server) => server.resume(),
  },
};

test.describe('an engine that is down while a request is approved', () => {
  test.setTimeout(240_000);

  for (const { server: name, asks, decides, input, other } of journeys) {
    for (const [how, { begin, end }] of Object.entries(outages)) {
      test(`should be waited for, and delay nobody else: ${name} is ${how}`, async () => {
        const server = new Server(name);
        const asked = await ask(asks, input());
        await begin(server);
        try {
          const approved = await approve(decides, asked);
          expect(['approved', 'executing']).toContain(approved.state);

          const begun = Date.now();
          await create(developer, other());
          expect(Date.now() - begun).toBeLessThan(15_000);

          const { waiting } = await eventually(
            'the request says what it waits for',
            () => request(asks, asked.id),
            each => each.waiting !== undefined,
            60_000,
          );
          expect(waiting!.reason).toBe('Unreachable');
          expect(waiting!.message).not.toBe('');
          expect(Date.parse(waiting!.nextAttemptAt)).toBeGreaterThan(begun);
          expect((await request(asks, asked.id)).state).toMatch(
            /^(approved|executing)$/,
          );

          const status = await eventually(
            `${name} is shown as unreachable`,
            () => statusOf(name),
            ({ reachable }) => !reachable,
            60_000,
          );
          expect(status.message).toBeTruthy();

          const before = await ledger();
          for (const call of ['/plans', '/requests']) {
            const answer = await asks.post(call, input());
            expect([call, answer.status, answer.body.error.name]).toEqual([
              call,
              503,
              'ServiceUnavailableError',
            ]);
            expect(answer.body.error.message).toMatch(
              new RegExp(name.split('-')[0], 'i'),
            );
          }
          expect(await ledger()).toEqual(before);
        } finally {
          await end(server);
        }
        const done = await completed(asks, asked, 90_000);
        expect(done.waiting).toBeUndefined();
        expect(done.decisions).toHaveLength(1);
        await eventually(
          `${name} is shown as reachable`,
          () => statusOf(name),
          ({ reachable }) => reachable,
          60_000,
        );
        await expectToWork(asks, decides, input());
      });
    }
  }
});

/** Everything goes on as before. */
async function expectToWork(
  asks: Person,
  decides: Person,
  input: CreateInput,
): Promise<DataRequest> {
  const asked = await ask(asks, input);
  await approve(decides, asked);
  return completed(asks, asked);
}

async function statusOf(name: ServerName): Promise<Instance['status']> {
  const { body } = await developer.get<{ items: Instance[] }>('/instances');
  return body.items.find(instance => instance.name === name)!.status;
}
