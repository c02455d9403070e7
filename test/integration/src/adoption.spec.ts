import type {
  BatchDecisions,
  DataRequest,
  DataResource,
  IssuedCredentials,
  LiveUse,
  RequestBatch,
} from '@data-resources/plugin-data-resources-common';
import { expect, test } from '@playwright/test';
import { withCassandra } from './support/clients/cassandra';
import { whileConsuming } from './support/clients/kafka';
import { withPostgres } from './support/clients/postgres';
import { components, useComponents } from './support/components';
import { eventually } from './support/eventually';
import {
  bareDatabase,
  bareTopic,
  discovered,
  discovery,
  foreignDatabase,
  foreignKeyspace,
  ForeignObject,
  foreignTopic,
  KEPT,
} from './support/foreign';
import { database, PAYMENTS, PLATFORM, uniqueName } from './support/inputs';
import { developer, engineer, neighbour, platformLead } from './support/Person';
import {
  approve,
  ask,
  completed,
  create,
  grantsOf,
  resource,
} from './support/requests';
import { issue } from './support/secrets';

const kinds: {
  [kind: string]: {
    make(): Promise<ForeignObject>;
    why: RegExp;
    /** Lets a client read what is there. */
    role: string;
    /** Whether a quarantine keeps those out as well whom the portal never let in. */
    shutsAllOut: boolean;
    /** A change that a policy approves. */
    change(spec: any): object;
    /** Has a client connected while `use` runs, which is told what the engine calls the user. */
    connected<T>(
      credentials: IssuedCredentials,
      use: (name: string) => Promise<T>,
    ): Promise<T>;
  };
} = {
  topic: {
    make: foreignTopic,
    why: /begins with .*payments/,
    role: 'consumer',
    shutsAllOut: false,
    change: spec => ({
      ...spec,
      config: { ...spec.config, 'retention.ms': '7200000' },
    }),
    connected: whileConsuming,
  },
  keyspace: {
    make: foreignKeyspace,
    why: /begins with .*payments/,
    role: 'reader',
    shutsAllOut: false,
    change: spec => ({ ...spec, durableWrites: false }),
    connected: (credentials, use) =>
      withCassandra(credentials, () => use(credentials.username)),
  },
  database: {
    make: foreignDatabase,
    why: /comment on the database names payments-worker/,
    role: 'reader',
    shutsAllOut: true,
    change: spec => ({ ...spec, connectionLimit: 12 }),
    connected: (credentials, use) =>
      withPostgres(credentials, () => use(credentials.username)),
  },
};

test.describe('what people made before there was a portal', () => {
  useComponents();
  test.setTimeout(240_000);

  for (const [
    kind,
    { make, why, role, shutsAllOut, change, connected },
  ] of Object.entries(kinds)) {
    test(`should be found, adopted and used as a ${kind}, and stay as it is`, async () => {
      const foreign = await make();
      const { name, instance, type, credentials } = foreign;
      const before = await foreign.witness();
      expect(await foreign.read(credentials)).toBe(KEPT);

      expect(await discovered(engineer, foreign)).toMatchObject({
        suggestedOwner: PAYMENTS,
        why: expect.stringMatching(why),
      });
      expect(await discovery(developer, foreign)).toBeDefined();
      expect(await discovery(neighbour, foreign)).toBeUndefined();

      const input = { action: 'adopt', type, instance, name, owner: PAYMENTS };
      expect((await neighbour.post('/requests', input)).status).toBe(403);
      const asked = await ask(engineer, input);
      expect(asked.plan.approval.required).toEqual([
        { group: PAYMENTS, count: 1, given: 0 },
      ]);
      expect(asked.plan.findings).toContainEqual(
        expect.objectContaining({
          policy: 'adopt/access',
          message: expect.stringContaining(credentials.username),
        }),
      );
      expect(await discovery(engineer, foreign)).toBeUndefined();
      await approve(developer, asked);
      const { resourceId } = await completed(engineer, asked);
      const adopted = await resource(developer, resourceId!);
      expect(adopted).toMatchObject({ phase: 'ready', owner: PAYMENTS });
      expect(await foreign.witness()).toEqual(before);
      expect(await foreign.read(credentials)).toBe(KEPT);
      const { effectiveAccess } = await grantsOf(developer, adopted);
      expect(effectiveAccess.items).toContainEqual(
        expect.objectContaining({
          login: expect.stringContaining(credentials.username),
          baseline: true,
        }),
      );

      await settle(
        await ask(developer, {
          action: 'grant',
          resourceId,
          principal: components.api,
          role,
        }),
      );
      const issued = await issue(developer, adopted, components.api);
      expect(await foreign.read(issued)).toBe(KEPT);

      await settle(
        await ask(developer, {
          action: 'update',
          resourceId,
          spec: change(adopted.spec),
        }),
      );
      expect(await resource(developer, resourceId!)).toMatchObject({
        phase: 'ready',
        spec: change(adopted.spec),
      });
      expect(await foreign.read(credentials)).toBe(KEPT);

      await settle(await ask(developer, { action: 'delete', resourceId }));
      await eventually(
        `${issued.username} is out`,
        () =>
          foreign.read(issued).then(
            () => 'in',
            () => 'out',
          ),
        answer => answer === 'out',
      );
      if (shutsAllOut) {
        await expect(foreign.read(credentials)).rejects.toThrow();
      } else {
        expect(await foreign.read(credentials)).toBe(KEPT);
      }
      await settle(await ask(developer, { action: 'restore', resourceId }));
      for (const one of [credentials, issued]) {
        await eventually(
          `${one.username} is let in again`,
          () => foreign.read(one).catch(String),
          text => text === KEPT,
        );
      }

      await connected(issued, async user => {
        const use = await eventually(
          `${user} is seen`,
          async () =>
            (
              await developer.get<LiveUse>(`/resources/${resourceId}/use`)
            ).body,
          ({ users }) => users.some(each => each.name === user),
        );
        expect(use.users).toContainEqual(
          expect.objectContaining({ name: user, principal: components.api }),
        );
        const deletion = await ask(developer, { action: 'delete', resourceId });
        expect(deletion.plan.risk).toBe('high');
        expect(deletion.plan.findings).toContainEqual(
          expect.objectContaining({
            policy: 'resource/in-use',
            effect: 'warn',
            message: expect.stringContaining(`${user} of ${components.api}`),
          }),
        );
        await developer.post(`/requests/${deletion.id}/withdraw`);
      });
    });
  }

  test('should be adopted together, each for itself', async () => {
    const [topic, keyspace, adoptable, closed] = await Promise.all([
      bareTopic(),
      foreignKeyspace(),
      bareDatabase(),
      bareDatabase({ administered: false }),
    ]);
    const adoption = (type: string, instance: string, name: string) => ({
      action: 'adopt',
      type,
      instance,
      name,
      owner: PAYMENTS,
    });
    const absent = uniqueName('payments_absent');
    const requests = [
      adoption('kafka-topic', 'kafka-dev', topic),
      adoption('cassandra-keyspace', 'cassandra-dev', keyspace.name),
      adoption('postgres-database', 'postgres-dev', adoptable),
      adoption('postgres-database', 'postgres-dev', closed),
      adoption('postgres-database', 'postgres-dev', absent),
    ];
    const { status, body } = await engineer.post<RequestBatch>(
      '/request-batches',
      { requests },
    );
    expect(status).toBe(200);
    expect(body.items.map(item => item.status)).toEqual([
      201, 201, 201, 400, 400,
    ]);
    expect(body.items[3].error?.message).toContain(`${closed}_app`);
    expect(body.items[4].error?.message).toContain(absent);
    const asked = body.items.flatMap(({ request }) => request ?? []);
    for (const { plan } of asked) {
      expect(plan.approval.required).toEqual([
        { group: PLATFORM, count: 1, given: 0 },
      ]);
    }

    const planHashes = Object.fromEntries(
      asked.map(({ id, plan }) => [id, plan.hash]),
    );
    const decided = await platformLead.post<BatchDecisions>(
      `/request-batches/${body.id}/approve`,
      { planHashes },
    );
    expect(decided.body.items.map(item => item.status)).toEqual([
      200, 200, 200,
    ]);
    for (const request of asked) {
      const { resourceId } = await completed(engineer, request);
      expect((await resource(developer, resourceId!)).phase).toBe('ready');
    }
    expect(await keyspace.read(keyspace.credentials)).toBe(KEPT);
  });
});

test.describe('a promotion', () => {
  test('should ask for a database in production as it is in development, with what differs', async () => {
    const origin = await create(developer, database());
    expect(origin.promotionTargets).toMatchObject([
      { instance: 'postgres-prod', environment: 'prod' },
    ]);
    const input = database(origin.name, {
      instance: 'postgres-prod',
      spec: { ...origin.spec, connectionLimit: 30 },
    });
    const asked = await ask(developer, { ...input, promotedFrom: origin.id });
    expect(asked.plan.origin).toMatchObject({
      resourceId: origin.id,
      instance: 'postgres-dev',
      environment: 'dev',
      differences: [{ path: 'spec.connectionLimit', from: 10, to: 30 }],
    });
    expect(asked.plan.approval.required).toEqual([
      { group: PLATFORM, count: 1, given: 0 },
    ]);
    await approve(engineer, asked);
    const { resourceId } = await completed(developer, asked);
    const promoted: DataResource = await resource(developer, resourceId!);
    expect(promoted).toMatchObject({
      phase: 'ready',
      environment: 'prod',
      spec: { connectionLimit: 30 },
      promotedFrom: { id: origin.id, instance: 'postgres-dev' },
    });
    expect((await resource(developer, origin.id)).promotions).toMatchObject([
      { id: resourceId, instance: 'postgres-prod', phase: 'ready' },
    ]);
  });
});

/** Has somebody of platform approve where no policy did, and waits until it is carried out. */
async function settle(asked: DataRequest): Promise<void> {
  if (asked.state === 'pending') {
    await approve(engineer, asked);
  }
  await completed(developer, asked);
}
