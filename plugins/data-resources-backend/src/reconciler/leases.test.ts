import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';
import { LoginLocks } from '../logins/LoginLocks';
import { DatabaseStepJournal } from './DatabaseStepJournal';

jest.setTimeout(90_000);

describe('leases', () => {
  const databases = testDatabases();
  let knex: Knex;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
  });
  afterAll(() => TestPortal.stopAll());

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
});
