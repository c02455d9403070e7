import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';
import { LoginLocks } from '../logins/LoginLocks';
import { releaseLease, renewLease } from './claimResources';
import { DatabaseStepJournal } from './DatabaseStepJournal';
import { hurryWaiting } from './hurryWaiting';

jest.setTimeout(90_000);

describe('leases', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
  });
  afterEach(() => TestPortal.stopAll());

  it('should refuse a lease in which no call could ever start', async () => {
    await expect(
      TestPortal.start({
        knex,
        config: { reconciler: { lease: '3 seconds' } },
      }),
    ).rejects.toThrow(
      'dataResources.reconciler.lease is 3000 ms, and a call to box-dev may take 2000 ms; make the lease at least 4000 ms',
    );
  });

  it('should not let a step start whose lease ran out while the database answered', async () => {
    const portal = await TestPortal.start({ knex });
    const resourceId = await portal.readyBox('slow-to-begin');
    const ticket = uuid();
    const [operation] = await knex('operations').where({
      resource_id: resourceId,
    });
    const begin = async (callTimeoutMs: number) => {
      await knex('resources')
        .where({ id: resourceId })
        .update({
          lease_ticket: ticket,
          lease_until: knex.raw("now() + interval '1 second'"),
        });
      const journal = DatabaseStepJournal.create({
        knex,
        logins: LoginLocks.create({ knex }),
        instance: 'box-dev',
        ticket,
        callTimeoutMs,
        resourceOf: new Map([[operation.id, resourceId]]),
      });
      return journal.write({
        outcomes: [],
        intents: [{ key: operation.id, evidence: {} }],
      });
    };
    expect(await begin(100)).toEqual(new Set([operation.id]));

    // Holds the answer back for longer than what is left, as a suspended process would see it.
    const holder = await knex.transaction();
    await holder('operations').where({ id: operation.id }).forUpdate();
    const late = begin(100);
    await new Promise(resolve => setTimeout(resolve, 1_200));
    await holder.commit();
    expect(await late).toEqual(new Set());
  });

  describe('several resources', () => {
    /** As their requests stand, and the other way round in the table. */
    let ids: [string, string];
    let operations: { id: string; resource_id: string }[];
    const ticket = uuid();

    beforeAll(async () => {
      const portal = await TestPortal.start({ knex });
      await portal.readyBox('first');
      await portal.readyBox('second');
      await portal.stop();
      const rows: { id: string; request: string }[] = await knex('requests')
        .whereIn('name', ['first', 'second'])
        .orderBy('id')
        .select('resource_id AS id', 'id AS request');
      ids = [rows[0].id, rows[1].id];
      operations = await knex('operations')
        .whereIn('resource_id', ids)
        .distinctOn('resource_id')
        .select('id', 'resource_id');
      for (const { id, request } of rows) {
        await knex('resources')
          .where({ id })
          .update({
            active_request_id: request,
            due_at: knex.raw("now() + interval '1 hour'"),
          });
      }
    });

    beforeEach(async () => {
      const lease = {
        lease_ticket: ticket,
        lease_until: knex.raw("now() + interval '1 hour'"),
      };
      await knex('resources').whereIn('id', ids).update(lease);
      const lie = () =>
        knex('resources').whereIn('id', ids).orderByRaw('ctid').pluck('id');
      while ((await lie())[0] === ids[0]) {
        await knex('resources').where({ id: ids[0] }).update(lease);
      }
    });

    const journal = () =>
      DatabaseStepJournal.create({
        knex,
        logins: LoginLocks.create({ knex }),
        instance: 'box-dev',
        ticket,
        callTimeoutMs: 100,
        resourceOf: new Map(
          operations.map(({ id, resource_id }) => [id, resource_id]),
        ),
      }).write({
        outcomes: [...ids].reverse().map(resource => ({
          key: operations.find(each => each.resource_id === resource)!.id,
          state: 'done' as const,
          identity: { seen: 'again' },
        })),
        intents: [],
      });

    it.each([
      ['renewed', () => renewLease(knex, { ticket, leaseMs: 60_000 })],
      ['given back', () => releaseLease(knex, ticket)],
      ['hurried up', () => hurryWaiting(knex, 'box-dev')],
      ['told of', journal],
    ])(
      'should be %s beside who writes them in the order of their requests',
      async (_, write) => {
        const other = await knex.transaction();
        const lock = (id: string) =>
          other('resources').where({ id }).forUpdate();
        await lock(ids[0]);
        const written = write();
        await new Promise(resolve => setTimeout(resolve, 300));
        expect(await lock(ids[1])).toHaveLength(1);
        await other.commit();
        await written;
      },
    );
  });
});
