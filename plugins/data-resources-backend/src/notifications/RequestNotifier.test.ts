import type { NotificationSendOptions } from '@backstage/plugin-notifications-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

/** What people see: as the notifications plugin keeps it, one of a scope for each recipient. */
function inboxes(sent: readonly NotificationSendOptions[]) {
  const kept = new Map<string, NotificationSendOptions['payload']>();
  for (const { recipients, payload } of sent) {
    const to =
      recipients.type === 'entity' ? [recipients.entityRef].flat() : ['all'];
    to.forEach(ref => kept.set(`${ref} ${payload.scope}`, payload));
  }
  return kept;
}

describe('notifications', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex });
  });
  afterAll(async () => portal.stop());

  const caughtUp = () =>
    eventually(
      async () => {
        const { rows } = await knex.raw(
          `SELECT (SELECT count(*) FROM outbox WHERE position IS NULL)::int AS waiting,
             (SELECT max(position) FROM outbox) - position AS behind
           FROM feed_cursors WHERE consumer = 'notifications' AND lease_ticket IS NULL`,
        );
        return rows[0];
      },
      row => row?.waiting === 0 && Number(row.behind) === 0,
    );

  it('should leave one of each request for each reader, with the state of now, however often it is told', async () => {
    const { body } = await portal.ask('told', { spec: { size: 50 } });
    await portal.carryOut(body);
    await caughtUp();
    const before = inboxes(portal.notifications);
    const mine = [...before].filter(([key]) => key.includes(body.id));
    expect(mine.map(([key]) => key.split(' ')[0]).sort()).toEqual([
      'group:default/platform',
      'user:default/payments-dev',
    ]);
    // As after a crash before the cursor was moved: everything comes again.
    const told = portal.notifications.length;
    await knex('feed_cursors')
      .where({ consumer: 'notifications' })
      .update({ position: 0 });
    await eventually(
      async () => portal.notifications.length,
      count => count > told,
    );
    await caughtUp();
    expect(inboxes(portal.notifications)).toEqual(before);
  });

  it.each([0, 1])(
    'should tell it all the same when sending fails after %i messages',
    async sendsBefore => {
      const send = jest.spyOn(portal.notifications, 'push');
      const real = Array.prototype.push.bind(portal.notifications);
      for (let n = 0; n < sendsBefore; n += 1) {
        send.mockImplementationOnce(real);
      }
      send.mockImplementationOnce(() => {
        throw new Error('The notifications plugin does not answer');
      });
      const { body } = await portal.ask(`failing-${sendsBefore}`, {
        spec: { size: 50 },
      });
      await portal.post('payments-dev', `/requests/${body.id}/withdraw`);
      await eventually(
        async () => send.mock.results.some(({ type }) => type === 'throw'),
        Boolean,
      );
      await caughtUp();
      send.mockRestore();
      const titles = [...inboxes(portal.notifications)]
        .filter(([key]) => key.includes(body.id))
        .map(([, { title }]) => title);
      expect(titles).toHaveLength(2);
      titles.forEach(title => expect(title).toMatch(/withdrawn/i));
    },
  );
});
