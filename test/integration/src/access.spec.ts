import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { expect, test } from '@playwright/test';
import { consume, produce } from './support/clients/kafka';
import { withCassandra } from './support/clients/cassandra';
import { withPostgres } from './support/clients/postgres';
import { components, useComponents } from './support/components';
import {
  database,
  keyspace,
  LOGISTICS,
  PAYMENTS,
  topic,
} from './support/inputs';
import {
  auditor,
  developer,
  engineer,
  neighbour,
  Person,
} from './support/Person';
import {
  activeGrant,
  approve,
  ask,
  completed,
  create,
  grantsOf,
} from './support/requests';
import { issue } from './support/secrets';

test.describe('access to a resource', () => {
  useComponents();

  test('should be given within one group by its policy, or by the platform team', async () => {
    const made = await create(developer, topic());
    const asked = await ask(
      developer,
      grant(made, components.worker, 'producer'),
    );
    expect(asked.plan.approval.required).toEqual([
      { group: 'group:default/platform', count: 1, given: 0 },
    ]);
    await approve(engineer, asked);
    await completed(developer, asked);
    const credentials = await issue(developer, made, components.worker);
    await produce(credentials, 'hello');
    await expect(consume(credentials)).rejects.toThrow('AUTHORIZATION_FAILED');
  });

  test('should be decided by the owner of the resource when a neighbour asks', async () => {
    const made = await create(
      developer,
      topic(undefined, {
        grants: [{ principal: components.api, role: 'producer' }],
      }),
    );
    const asked = await ask(
      neighbour,
      grant(made, components.shipper, 'consumer'),
    );
    expect(asked).toMatchObject({ state: 'pending' });
    expect(asked.plan.approval.required).toEqual([
      { group: PAYMENTS, count: 1, given: 0 },
    ]);
    for (const person of [neighbour, engineer, auditor]) {
      const { status } = await person.post(`/requests/${asked.id}/approve`, {
        planHash: asked.plan.hash,
      });
      expect([person.name, status]).toEqual([person.name, 403]);
    }
    await approve(developer, asked);
    await completed(neighbour, asked);

    await produce(await issue(developer, made, components.api), 'hello');
    const shipper = await issue(neighbour, made, components.shipper);
    expect(await consume(shipper)).toBe('hello');
    await expect(produce(shipper, 'no')).rejects.toThrow(
      'TOPIC_AUTHORIZATION_FAILED',
    );
  });

  test('should be decided by the owner of the component when the owner of the resource offers it', async () => {
    const made = await create(developer, database());
    const asked = await ask(
      developer,
      grant(made, components.shipper, 'reader'),
    );
    expect(asked.plan.approval.required).toEqual([
      { group: LOGISTICS, count: 1, given: 0 },
    ]);
    const own = await developer.post(`/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
    expect(own.status).toBe(403);
    await approve(neighbour, asked);
    await completed(developer, asked);
    const credentials = await issue(neighbour, made, components.shipper);
    await withPostgres(credentials, async client => {
      await client.query('SELECT 1');
      await expect(client.query('CREATE TABLE t (id int)')).rejects.toThrow(
        'permission denied',
      );
    });
  });

  test('should be asked for by nobody but the two sides', async () => {
    const made = await create(developer, topic());
    for (const person of [engineer, auditor]) {
      const { status, body } = await person.post(
        '/requests',
        grant(made, components.shipper, 'consumer'),
      );
      expect([person.name, status, body.error.name]).toEqual([
        person.name,
        403,
        'NotAllowedError',
      ]);
    }
    const other = await neighbour.post('/requests', {
      ...topic(undefined, {
        owner: LOGISTICS,
        grants: [{ principal: components.api, role: 'consumer' }],
      }),
    });
    expect(other.status).toBe(400);
    expect(other.body.error.path).toBe('grants[0].principal');
  });

  test('should be taken away on Kafka, and only that', async () => {
    const made = await create(
      developer,
      topic(undefined, { grants: both('producer', 'consumer') }),
    );
    const api = await issue(developer, made, components.api);
    const worker = await issue(developer, made, components.worker);
    await produce(api, 'hello');
    expect(await consume(worker)).toBe('hello');

    await revoke(developer, made, components.worker, 'consumer');

    await expect(consume(worker)).rejects.toThrow('AUTHORIZATION_FAILED');
    await produce(worker, 'still a producer');
    await produce(api, 'untouched');
    expect(await consume(api)).toBe('hello');
    expect(await held(made, components.worker)).toEqual(['producer']);
    expect(await held(made, components.api)).toEqual(['consumer', 'producer']);
  });

  test('should be taken away on Cassandra, and only that', async () => {
    const other = await create(
      developer,
      keyspace(undefined, { grants: both('owner') }),
    );
    const made = await create(
      developer,
      keyspace(undefined, { grants: both('owner') }),
    );
    const api = await issue(developer, made, components.api);
    const worker = await issue(developer, made, components.worker);
    const insert = (name: string, id: number) =>
      `INSERT INTO "${name}".notes (id, note) VALUES (${id}, 'hello')`;
    for (const { name } of [made, other]) {
      await withCassandra(api, client =>
        client.execute(
          `CREATE TABLE "${name}".notes (id int PRIMARY KEY, note text)`,
        ),
      );
    }
    await withCassandra(worker, client => client.execute(insert(made.name, 1)));

    await revoke(developer, made, components.worker, 'owner');

    await withCassandra(worker, async client => {
      await expect(client.execute(insert(made.name, 2))).rejects.toThrow(
        'has no MODIFY permission',
      );
      await client.execute(insert(other.name, 2));
    });
    await withCassandra(api, client => client.execute(insert(made.name, 3)));
  });

  test('should be taken away on PostgreSQL, and only that', async () => {
    const other = await create(
      developer,
      database(undefined, { grants: both('writer') }),
    );
    const made = await create(
      developer,
      database(undefined, { grants: both('writer') }),
    );
    const api = await issue(developer, made, components.api);
    const worker = await issue(developer, made, components.worker);
    const look = (name: string) => (credentials: typeof api) =>
      withPostgres(credentials, client => client.query('SELECT 1'), name);
    await look(made.name)(worker);

    await revoke(developer, made, components.worker, 'writer');

    await expect(look(made.name)(worker)).rejects.toThrow(
      'permission denied for database',
    );
    await look(other.name)(worker);
    await look(made.name)(api);
  });

  test('should be taken away by either side or the platform team, not by others, and once', async () => {
    for (const person of [developer, neighbour, engineer]) {
      const made = await create(developer, topic());
      await completed(
        developer,
        await approve(
          neighbour,
          await ask(developer, grant(made, components.shipper, 'consumer')),
        ),
      );
      const { id } = await activeGrant(developer, made, components.shipper);
      const refused = await auditor.post('/requests', {
        action: 'revoke',
        grantId: id,
      });
      expect(refused.status).toBe(403);
      await revoke(person, made, components.shipper, 'consumer');
      const again = await person.post('/requests', {
        action: 'revoke',
        grantId: id,
      });
      expect(again.status).toBe(409);
    }
  });
});

function grant(
  { id }: DataResource,
  principal: string,
  role: string,
): Record<string, unknown> {
  return { action: 'grant', resourceId: id, principal, role, reason: 'A test' };
}

function both(...roles: string[]) {
  return [components.api, components.worker].flatMap(principal =>
    roles.map(role => ({ principal, role })),
  );
}

async function revoke(
  person: Person,
  from: DataResource,
  principal: string,
  role: string,
): Promise<void> {
  const { id } = await activeGrant(person, from, principal, role);
  const asked = await ask(person, { action: 'revoke', grantId: id });
  expect(asked.plan.approval.mode).toBe('auto');
  await completed(person, asked);
}

async function held(of: DataResource, principal: string): Promise<string[]> {
  const { items } = await grantsOf(developer, of);
  return items
    .filter(each => each.principal === principal && each.state === 'active')
    .map(({ role }) => role)
    .sort();
}
