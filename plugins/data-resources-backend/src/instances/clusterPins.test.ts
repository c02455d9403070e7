import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { instancesWithDevOn } from '../__testUtils__/sampleConfig';

jest.setTimeout(120_000);

const API = 'component:default/payments-api';
/** A probe is as good as a new one for a moment. */
const PROBED_ANEW_MS = 2_100;
const DRIFT = { drift: { interval: '1 second' } };

describe('the cluster behind an instance', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({ knex, config: DRIFT });
  });
  afterEach(async () => TestPortal.stopAll());

  /** Another cluster, with nothing on it, answers at the address from now on. */
  const exchange = (clusterId = 'cluster-2') => {
    const { dev } = portal;
    const before = {
      clusterId: dev.clusterId,
      boxes: new Map(dev.boxes),
      logins: new Map(dev.logins),
    };
    dev.clusterId = clusterId;
    dev.boxes.clear();
    dev.logins.clear();
    dev.acted.length = 0;
    return () => {
      dev.clusterId = before.clusterId;
      before.boxes.forEach((box, name) => dev.boxes.set(name, box));
      before.logins.forEach((login, name) => dev.logins.set(name, login));
    };
  };
  const status = async () => {
    const { body } = await portal.get('auditor', '/instances');
    return body.items.find(({ name }: any) => name === 'box-dev').status;
  };
  const identity = ({ conditions = [] }: any) =>
    conditions.find(({ type }: any) => type === 'ClusterIdentity');
  const stopped = () =>
    eventually(status, ({ reachable }) => !reachable, 30_000);
  const request = async (id: string) =>
    (await portal.get('auditor', `/requests/${id}`)).body;
  const approve = (asked: any) =>
    portal.post('platform-lead', `/requests/${asked.id}/approve`, {
      planHash: asked.plan.hash,
    });
  const events = async () =>
    (
      await knex('audit')
        .where('event', 'like', 'cluster.%')
        .whereRaw("details->>'instance' = 'box-dev'")
        .orderBy('at')
        .select('event', 'details')
    ).map(({ event, details }) => [event, details.clusterId]);

  it('should be remembered at the first contact', async () => {
    const seen = await eventually(status, ({ reachable }) => reachable);

    expect(identity(seen)).toEqual({
      type: 'ClusterIdentity',
      status: 'ok',
      message: 'It is the cluster cluster-1.',
    });
    expect(
      await knex('cluster_pins').where({ instance: 'box-dev' }).first(),
    ).toMatchObject({ cluster_id: 'cluster-1', accepted: null });
    expect(await events()).toEqual([['cluster.pinned', 'cluster-1']]);
  });

  it('should not be written to, planned on or believed when it is another one, until the right one is back', async () => {
    const resourceId = await portal.readyBox('kept');
    const asked = (await portal.ask('moved', { spec: { size: 50 } })).body;
    const putBack = exchange();
    await approve(asked);

    const seen = await stopped();
    expect(identity(seen)).toMatchObject({ status: 'error' });
    expect(seen.message).toBe(
      'Another cluster answers at the address of box-dev: cluster-2, and it is cluster-1. Nothing is planned, changed or declared lost. Put the address right; or, if the cluster was replaced on purpose, set dataResources.instances[0].clusterId to "cluster-2".',
    );
    const waiting = await eventually(
      () => request(asked.id),
      body => Boolean(body.waiting),
    );
    expect(waiting).toMatchObject({
      state: 'approved',
      plan: { revision: 1 },
      waiting: {
        reason: 'Unreachable',
        message: expect.stringContaining('Another cluster answers'),
      },
    });
    const refused = await portal.ask('new');
    expect(refused.status).toBe(503);
    expect(refused.body.error.message).toContain('Another cluster answers');
    const issued = await portal.post(
      'payments-dev',
      `/resources/${resourceId}/credentials`,
      { principal: API },
    );
    expect(issued.status).toBe(503);
    // Several drift passes have had their turn.
    await new Promise(resolve => setTimeout(resolve, 2 * PROBED_ANEW_MS));
    const { body: resource } = await portal.get(
      'payments-dev',
      `/resources/${resourceId}`,
    );
    expect(resource.phase).toBe('ready');
    expect(portal.dev.acted).toEqual([]);
    expect(portal.dev.boxes.size + portal.dev.logins.size).toBe(0);

    putBack();
    await portal.until(asked.id, 'completed');
    expect(portal.dev.boxes.has('moved')).toBe(true);
    expect(await request(asked.id)).toMatchObject({ previousPlans: [] });
  });

  it('should not be written to when it is exchanged between two steps', async () => {
    let putBack = () => {};
    portal.dev.beforeAct = async kind => {
      if (kind === 'ensure') {
        putBack = exchange();
        throw new ProviderError('Unreachable', 'The connection broke');
      }
    };
    const asked = await portal.ask('torn', {
      grants: [{ principal: API, role: 'reader' }],
    });
    const waiting = await eventually(
      () => request(asked.body.id),
      body =>
        body.state === 'executing' &&
        body.waiting?.message.startsWith('Another cluster answers'),
      30_000,
    );
    expect(waiting.waiting.reason).toBe('Unreachable');
    expect(portal.dev.acted).toEqual([]);
    expect(portal.dev.logins.size).toBe(0);

    portal.dev.beforeAct = async () => {};
    putBack();
    await portal.until(asked.body.id, 'completed');
    expect(portal.dev.boxes.get('torn')?.access.size).toBe(1);
  });

  it('should be looked at and not written to while it does not tell its id', async () => {
    const asked = (await portal.ask('patient', { spec: { size: 50 } })).body;
    portal.dev.hidden = 'The portal lacks SELECT on its own notes.';
    await new Promise(resolve => setTimeout(resolve, PROBED_ANEW_MS));
    await approve(asked);
    const seen = await eventually(
      status,
      body => identity(body)?.status === 'error',
      30_000,
    );
    expect(seen.reachable).toBe(true);
    expect(identity(seen).message).toBe(
      'It cannot be told now whether this is the cluster cluster-1: The portal lacks SELECT on its own notes',
    );
    const waiting = await eventually(
      () => request(asked.id),
      body => Boolean(body.waiting),
    );
    expect(waiting).toMatchObject({ state: 'approved', plan: { revision: 1 } });
    expect(portal.dev.boxes.size).toBe(0);

    delete portal.dev.hidden;
    await portal.until(asked.id, 'completed');
  });

  it('should be another one from the start that its id is configured', async () => {
    const resourceId = await portal.readyBox('left-behind');
    const asked = (await portal.ask('moved', { spec: { size: 50 } })).body;
    exchange();
    const { servers } = portal;
    await portal.stop();
    portal = await TestPortal.start({
      knex,
      servers,
      config: { ...DRIFT, instances: instancesWithDevOn('cluster-2') },
    });
    await approve(asked);

    const back = await eventually(
      () => request(asked.id),
      body => body.plan.revision === 2,
      30_000,
    );
    expect(back).toMatchObject({
      state: 'pending',
      plan: { approval: { required: [{ given: 0 }] } },
      decisions: [{ revision: 1 }],
    });
    await approve(back);
    await portal.until(asked.id, 'completed');
    expect(await events()).toEqual([
      ['cluster.pinned', 'cluster-1'],
      ['cluster.replaced', 'cluster-2'],
    ]);
    // It may stay in the configuration, and counts once: the next one is another one again.
    exchange('cluster-3');
    expect((await stopped()).message).toContain('and it is cluster-2.');
    expect(resourceId).toBeTruthy();
  });

  it('should not be pinned in place of the one that the configuration names', async () => {
    const { servers } = portal;
    await eventually(status, ({ reachable }) => reachable);
    await portal.stop();
    await knex('cluster_pins').delete();
    portal = await TestPortal.start({
      knex,
      servers,
      config: { instances: instancesWithDevOn('cluster-9') },
    });

    const seen = await eventually(status, body => Boolean(identity(body)));
    expect(seen.message).toContain(
      'cluster-1, and dataResources.instances[0].clusterId says cluster-9.',
    );
    expect(
      await knex('cluster_pins').where({ instance: 'box-dev' }),
    ).toHaveLength(0);
  });
});
