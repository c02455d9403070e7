import { mockServices } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { makeTrail, migrate, tamper } from './__testUtils__/auditDatabase';
import { AuditHeadLog } from './AuditHeadLog';
import { readHead } from './readHead';

jest.setTimeout(60_000);

interface Told {
  eventId: string;
  meta?: JsonObject;
  outcome?: 'success' | 'fail';
  endMeta?: JsonObject;
  error?: Error;
}

function fakeAuditor() {
  const told: Told[] = [];
  const auditor = mockServices.auditor.mock({
    createEvent: async ({ eventId, meta }) => {
      const event: Told = { eventId, meta };
      told.push(event);
      return {
        success: async options => {
          Object.assign(event, { outcome: 'success', endMeta: options?.meta });
        },
        fail: async ({ error, meta: endMeta }) => {
          Object.assign(event, { outcome: 'fail', error, endMeta });
        },
      };
    },
  });
  return { auditor, told };
}

describe('auditWrites', () => {
  const databases = testDatabases();
  const { auditor, told } = fakeAuditor();
  let portal: TestPortal;

  beforeAll(async () => {
    portal = await TestPortal.start({
      knex: await databases.init('POSTGRES_18'),
      features: [auditor.factory],
    });
  });
  afterAll(async () => portal.stop());
  beforeEach(() => {
    told.length = 0;
  });

  const ended = (count: number) =>
    eventually(
      async () => told,
      events =>
        events.length >= count && events.every(({ outcome }) => outcome),
    );

  it('should tell of each write and how it ended', async () => {
    const { body } = await portal.ask('told', { spec: { size: 50 } });
    await portal.post('payments-dev', `/requests/${body.id}/approve`, {
      planHash: body.plan.hash,
    });
    await portal.post('platform-lead', `/requests/${body.id}/reject`, {
      comment: 'No',
    });
    await portal.post('payments-dev', `/requests/${body.id}/withdraw`);
    await portal.post('payments-dev', `/requests/${body.id}/retry`);
    await portal.get('payments-dev', '/requests');
    await portal.post('payments-dev', '/plans', { action: 'create' });
    expect(await ended(5)).toEqual([
      {
        eventId: 'request-create',
        meta: {},
        outcome: 'success',
        endMeta: {
          action: 'create',
          type: 'memory-box',
          instance: 'box-dev',
          name: 'told',
          owner: 'group:default/payments',
          requestId: body.id,
          state: 'pending',
        },
      },
      {
        eventId: 'request-approve',
        meta: { requestId: body.id },
        outcome: 'fail',
        endMeta: { planHash: body.plan.hash },
        error: expect.objectContaining({ name: 'NotAllowedError' }),
      },
      expect.objectContaining({
        eventId: 'request-reject',
        outcome: 'success',
      }),
      expect.objectContaining({ eventId: 'request-withdraw', outcome: 'fail' }),
      expect.objectContaining({ eventId: 'request-retry', outcome: 'fail' }),
    ]);
  });

  it('should tell what was refused before any handler saw it', async () => {
    await portal.post('payments-dev', '/requests', { action: 'explode' });
    await portal.post('payments-dev', '/requests', { action: 'a\u0000b' });
    await portal.post('payments-dev', '/somewhere', { secret: 'hidden' });
    const events = await ended(3);
    expect(events.map(({ eventId, outcome }) => [eventId, outcome])).toEqual([
      ['request-create', 'fail'],
      ['request-create', 'fail'],
      ['other-write', 'fail'],
    ]);
    expect(JSON.stringify(events)).not.toContain('hidden');
  });

  it('should tell of credentials without the password', async () => {
    const resourceId = await portal.readyBox('secretive');
    const issued = await portal.post(
      'payments-dev',
      `/resources/${resourceId}/credentials`,
      { principal: 'component:default/payments-api' },
    );
    const events = await ended(2);
    expect(events.at(-1)).toEqual({
      eventId: 'credentials-issue',
      meta: { resourceId },
      outcome: 'success',
      endMeta: { principal: 'component:default/payments-api', version: 1 },
    });
    expect(JSON.stringify(events)).not.toContain(issued.body.password);
  });
});

describe('AuditHeadLog', () => {
  const databases = testDatabases();
  let knex: Knex;

  it('should log the head when it moved, hourly, and when it was lost', async () => {
    knex = await databases.init('POSTGRES_18');
    await migrate(knex);
    const { auditor, told } = fakeAuditor();
    let now = 0;
    const log = AuditHeadLog.create({ knex, auditor, now: () => now });
    await log.log();
    expect(told).toEqual([]);

    await makeTrail(knex, 3);
    await log.log();
    await log.log();
    const first = await readHead(knex);
    expect(told).toMatchObject([
      { eventId: 'audit-head', meta: first, outcome: 'success' },
    ]);

    now += 60 * 60_000;
    await log.log();
    expect(told).toHaveLength(2);

    await makeTrail(knex, 2);
    await log.log();
    expect(told[2]).toMatchObject({ meta: { position: 5 } });

    await tamper(knex, trx => trx('audit').where('position', '>', 3).delete());
    await log.log();
    expect(told.slice(3)).toMatchObject([
      { eventId: 'audit-head-lost', meta: { position: 5 }, outcome: 'fail' },
      { eventId: 'audit-head', meta: first },
    ]);
  });
});
