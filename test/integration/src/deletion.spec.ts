import { expect, test } from '@playwright/test';
import { entityOf } from './support/catalog';
import { withCassandra } from './support/clients/cassandra';
import { produce } from './support/clients/kafka';
import { withPostgres } from './support/clients/postgres';
import { components, useComponents } from './support/components';
import { eventually } from './support/eventually';
import { CreateInput, database, keyspace, topic } from './support/inputs';
import { inventory } from './support/inventory';
import { developer, engineer, neighbour } from './support/Person';
import {
  approve,
  ask,
  carryOutDeletion,
  completed,
  create,
  resource,
} from './support/requests';
import { issue } from './support/secrets';

const kinds = {
  topic: {
    make: topic,
    role: 'producer',
    use: async (credentials: Awaited<ReturnType<typeof issue>>) =>
      produce(credentials, 'hello'),
  },
  keyspace: {
    make: keyspace,
    role: 'owner',
    use: async (credentials: Awaited<ReturnType<typeof issue>>) =>
      withCassandra(credentials, async client => {
        await client.execute(
          `CREATE TABLE IF NOT EXISTS "${credentials.connection.keyspace}".notes (id int PRIMARY KEY)`,
        );
      }),
  },
  database: {
    make: database,
    role: 'owner',
    use: async (credentials: Awaited<ReturnType<typeof issue>>) =>
      withPostgres(credentials, async client => {
        await client.query('CREATE TABLE IF NOT EXISTS notes (id int)');
      }),
  },
};

test.describe('deleting', () => {
  useComponents();

  for (const [kind, { make, role, use }] of Object.entries(kinds)) {
    test(`should remove what was made for a ${kind}, and only that, and free the name`, async () => {
      // Another one of the same kind and principal, whose logins must stay.
      await create(developer, granted(make(), role, components.api));
      const before = await inventory();

      const input = granted(make(), role, components.passing);
      const made = await create(developer, input);
      await use(await issue(developer, made, components.passing));
      await eventually(
        `${made.entityRef} is in the catalog`,
        () => entityOf(made),
        entity => entity !== undefined,
      );
      expect(await inventory()).not.toEqual(before);

      const refused = await neighbour.post('/requests', {
        action: 'delete',
        resourceId: made.id,
      });
      expect(refused.status).toBe(403);
      const asked = await ask(developer, {
        action: 'delete',
        resourceId: made.id,
        reason: 'Not needed any more',
      });
      expect(asked.state).toBe('pending');
      expect(asked.plan.changes.some(each => each.kind === 'destructive')).toBe(
        true,
      );
      await approve(engineer, asked);
      await completed(developer, asked);
      const kept = await resource(developer, made.id);
      expect(kept.phase).toBe('quarantined');
      expect(Date.parse(kept.purgeAt!)).toBeGreaterThan(Date.now());
      const taken = await developer.post('/requests', input);
      expect(taken.status).toBe(409);

      await carryOutDeletion(developer, engineer, made);
      expect(await inventory()).toEqual(before);
      await eventually(
        `${made.entityRef} goes from the catalog`,
        () => entityOf(made),
        entity => entity === undefined,
        5_000,
      );
      const again = await create(developer, input);
      expect(again.id).not.toBe(made.id);
      expect(again.phase).toBe('ready');
    });
  }
});

test.describe('a deletion in time', () => {
  useComponents();

  for (const [kind, { make, role, use }] of Object.entries(kinds)) {
    test(`should shut clients out of a ${kind}, and a restore should let them in again`, async () => {
      const made = await create(
        developer,
        granted(make(), role, components.api),
      );
      const credentials = await issue(developer, made, components.api);
      await use(credentials);

      await carryOutDeletion(developer, engineer, made);
      await eventually(
        `${made.name} is out of reach`,
        async () =>
          use(credentials).then(
            () => 'in reach',
            () => 'out',
          ),
        answer => answer === 'out',
      );

      const asked = await ask(developer, {
        action: 'restore',
        resourceId: made.id,
      });
      await completed(
        developer,
        asked.state === 'pending' ? await approve(engineer, asked) : asked,
      );
      expect((await resource(developer, made.id)).phase).toBe('ready');
      await eventually(
        `${made.name} is in reach`,
        async () => use(credentials).then(() => 'in reach', String),
        answer => answer === 'in reach',
      );
    });
  }
});

function granted(
  input: CreateInput,
  role: string,
  principal: string,
): CreateInput {
  return { ...input, grants: [{ principal, role }] };
}
