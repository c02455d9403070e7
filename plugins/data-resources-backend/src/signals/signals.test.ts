import { createServiceFactory } from '@backstage/backend-plugin-api';
import {
  signalsServiceRef,
  type SignalPayload,
} from '@backstage/plugin-signals-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

describe('signals', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;
  let sent: SignalPayload[] = [];
  let failures = 0;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      features: [
        createServiceFactory({
          service: signalsServiceRef,
          deps: {},
          factory: () => ({
            publish: async signal => {
              if (failures > 0) {
                failures -= 1;
                throw new Error('The event bus does not answer');
              }
              sent.push(signal);
            },
          }),
        }),
      ],
    });
  });
  afterAll(async () => portal.stop());
  beforeEach(() => {
    sent = [];
  });

  const about = (id: string) => sent.filter(({ message }) => message.id === id);

  it('should tell who is concerned that a request changed, and nothing of what it says', async () => {
    const asked = await portal.ask('seen', { spec: { size: 50 } });
    const { id } = asked.body;
    await eventually(
      async () => about(id).length,
      count => count === 1,
    );
    expect(about(id)).toEqual([
      {
        channel: 'data-resources',
        recipients: {
          type: 'user',
          entityRef: [
            'group:default/platform',
            'group:default/payments',
            'user:default/payments-dev',
          ],
        },
        message: { kind: 'request', id },
      },
    ]);
    sent = [];
    await portal.carryOut(asked.body);
    const { resourceId } = await portal.until(id, 'completed');
    await eventually(
      async () => about(id),
      signals =>
        signals.some(({ message }) => message.resourceId === resourceId),
    );
    expect(JSON.stringify(sent)).not.toContain('seen');
  });

  it('should tell the owners of a resource and of its principals that it changed', async () => {
    const id = await portal.readyBox('shared');
    await eventually(
      async () => about(id).length,
      count => count > 0,
    );
    sent = [];
    await knex('grants')
      .where({ resource_id: id })
      .update({ principal_owner: 'group:default/logistics' });
    await portal.remove(id);
    // What was still on its way from before has other recipients.
    await eventually(
      async () => about(id),
      signals =>
        signals.some(
          ({ recipients }) =>
            recipients.type === 'user' &&
            recipients.entityRef.includes('group:default/logistics'),
        ),
    );
    expect(about(id)).toContainEqual({
      channel: 'data-resources',
      recipients: {
        type: 'user',
        entityRef: [
          'group:default/platform',
          'group:default/payments',
          'group:default/logistics',
        ],
      },
      message: { kind: 'resource', id },
    });
  });

  it('should tell it later when it could not be told', async () => {
    failures = 2;
    const { body } = await portal.ask('again', { spec: { size: 51 } });
    await eventually(
      async () => about(body.id).length,
      count => count > 0,
    );
    expect(failures).toBe(0);
  });

  it('should not tell of the past when it begins to', async () => {
    await portal.stop();
    await knex('feed_cursors').where({ consumer: 'signals' }).delete();
    sent = [];
    portal = await TestPortal.start({
      knex,
      features: [
        createServiceFactory({
          service: signalsServiceRef,
          deps: {},
          factory: () => ({
            publish: async signal => {
              sent.push(signal);
            },
          }),
        }),
      ],
    });
    // What is changed before it has begun is the past.
    await eventually(
      () => knex('feed_cursors').where({ consumer: 'signals' }),
      cursors => cursors.length > 0,
    );
    const { body } = await portal.ask('fresh', { spec: { size: 52 } });
    await eventually(
      async () => sent.length,
      count => count > 0,
    );
    expect(new Set(sent.map(({ message }) => message.id))).toEqual(
      new Set([body.id]),
    );
  });
});
