import type {
  DataResource,
  IssuedCredentials,
} from '@data-resources/plugin-data-resources-common';
import { expect, test } from '@playwright/test';
import { withCassandra } from './support/clients/cassandra';
import { produce } from './support/clients/kafka';
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
import { approve, ask, completed, create } from './support/requests';
import { issue, recordPassword } from './support/secrets';

const kinds = {
  topic: {
    make: topic,
    role: 'producer',
    logIn: (credentials: IssuedCredentials) => produce(credentials, 'hello'),
    refusal: 'SASL_AUTHENTICATION_FAILED',
  },
  keyspace: {
    make: keyspace,
    role: 'reader',
    logIn: (credentials: IssuedCredentials) =>
      withCassandra(credentials, async client => {
        await client.execute('SELECT key FROM system.local');
      }),
    refusal: /is not permitted to log in|and\/or password are incorrect/,
  },
  database: {
    make: database,
    role: 'reader',
    logIn: (credentials: IssuedCredentials) =>
      withPostgres(credentials, async client => {
        await client.query('SELECT 1');
      }),
    refusal: 'password authentication failed',
  },
};

test.describe('credentials', () => {
  const catalogFiles = useComponents();

  for (const [kind, { make, role, logIn, refusal }] of Object.entries(kinds)) {
    test(`should leave those before them working on a ${kind}, until a third is asked for`, async () => {
      const made = await create(
        developer,
        make(undefined, {
          grants: [{ principal: components.counted, role }],
        }),
      );
      const first = await issue(developer, made, components.counted);
      await logIn(first);
      const second = await issue(developer, made, components.counted);

      expect(second.previous?.version).toBe(first.version);
      expect(Date.parse(second.previous!.endsAt)).toBeGreaterThan(
        Date.now() + 3600_000,
      );
      expect(second.version).toBe(first.version + 1);
      expect(second.username).not.toBe(first.username);
      await logIn(first);
      await logIn(second);

      const third = await take(developer, made, components.counted);
      expect([third.status, third.body.error.name]).toEqual([
        409,
        'ConflictError',
      ]);
      expect(third.body.error.message).toContain('replace: true');
      await logIn(first);
      await logIn(second);

      const replaced = await issue(developer, made, components.counted);
      expect(replaced.username).toBe(first.username);
      expect(replaced.password).not.toBe(first.password);
      await expect(logIn(first)).rejects.toThrow(refusal);
      await logIn(second);
      await logIn(replaced);
      await expect(
        logIn({ ...second, password: replaced.password }),
      ).rejects.toThrow();
    });
  }

  test('should be given to members of the group that owns the component, and kept by no cache', async () => {
    const made = await create(
      developer,
      database(undefined, {
        grants: [{ principal: components.api, role: 'reader' }],
      }),
    );
    for (const person of [neighbour, engineer, auditor]) {
      const { status, body } = await take(person, made, components.api);
      expect([person.name, status, body.error.name]).toEqual([
        person.name,
        403,
        'NotAllowedError',
      ]);
    }
    const { status, body, headers } = await developer.post<IssuedCredentials>(
      `/resources/${made.id}/credentials`,
      { principal: components.api, replace: true },
    );
    expect(status).toBe(200);
    await recordPassword(body.password);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('should need a grant, and a component', async () => {
    const made = await create(developer, topic());
    const ungranted = await take(developer, made, components.worker);
    expect([ungranted.status, ungranted.body.error.name]).toEqual([
      409,
      'ConflictError',
    ]);
    const own = await take(developer, made, developer.ref);
    expect([own.status, own.body.error.path]).toEqual([400, 'principal']);
    for (const body of [{}, { principal: 7 }, [], '', 'no json']) {
      const answer = await developer.post(
        `/resources/${made.id}/credentials`,
        body,
      );
      expect([body, answer.status]).toEqual([body, 400]);
    }
    const extra = await developer.post(`/resources/${made.id}/credentials`, {
      principal: components.worker,
      replace: 'yes',
    });
    expect([extra.status, extra.body.error.path]).toEqual([400, 'replace']);
  });

  test('should end with the grant', async () => {
    const made = await create(
      developer,
      topic(undefined, {
        grants: [{ principal: components.worker, role: 'producer' }],
      }),
    );
    const { body } = await developer.get<{ items: { id: string }[] }>(
      `/resources/${made.id}/grants`,
    );
    await issue(developer, made, components.worker);
    await completed(
      developer,
      await ask(developer, { action: 'revoke', grantId: body.items[0].id }),
    );
    expect((await take(developer, made, components.worker)).status).toBe(409);
  });

  test('should not be given for a component that has changed hands, until its access is approved anew', async () => {
    const made = await create(
      developer,
      topic(undefined, {
        grants: [{ principal: components.sold, role: 'producer' }],
      }),
    );
    await issue(developer, made, components.sold);
    await catalogFiles.handOver('journey-sold', LOGISTICS);
    try {
      const formerOwner = await take(developer, made, components.sold);
      expect(formerOwner.status).toBe(403);
      const newOwner = await take(neighbour, made, components.sold);
      expect([newOwner.status, newOwner.body.error.name]).toEqual([
        409,
        'ConflictError',
      ]);

      const anew = await ask(neighbour, {
        action: 'grant',
        resourceId: made.id,
        principal: components.sold,
        role: 'producer',
      });
      expect(anew.plan.approval.required).toEqual([
        { group: PAYMENTS, count: 1, given: 0 },
      ]);
      await approve(developer, anew);
      await completed(neighbour, anew);
      await produce(await issue(neighbour, made, components.sold), 'hello');
      expect((await take(developer, made, components.sold)).status).toBe(403);
    } finally {
      await catalogFiles.handOver('journey-sold', PAYMENTS);
    }
  });
});

/** Asks without `replace`. */
function take(person: Person, { id }: DataResource, principal: string) {
  return person.post(`/resources/${id}/credentials`, { principal });
}
