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
import { approve, ask, completed, create } from './support/requests';
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
        await client.execute('SELECT key FROM system.local');
      }),
  },
  database: {
    make: database,
    role: 'owner',
    use: async (credentials: Awaited<ReturnType<typeof issue>>) =>
      withPostgres(credentials, async client => {
        await client.query('CREATE TABLE notes (id int)');
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

function granted(
  input: CreateInput,
  role: string,
  principal: string,
): CreateInput {
  return { ...input, grants: [{ principal, role }] };
}
