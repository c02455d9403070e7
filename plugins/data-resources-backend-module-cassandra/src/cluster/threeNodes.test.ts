import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EngineInstance,
  ObjectRef,
  PlanAction,
  PlannedGrant,
  ProviderPlan,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import type { CassandraNode } from '@data-resources/test-engines';
import { Portal } from '../__testUtils__/Portal';
import { TestCluster, uniqueName } from '../__testUtils__/TestCluster';
import type { KeyspaceSpec } from '../keyspace/keyspaceSpec';
import { type Harm, harmedAt, ThreeNodes } from '../__testUtils__/ThreeNodes';

jest.setTimeout(900_000);

const spec: KeyspaceSpec = {
  replication: { dc1: 2, dc2: 1 },
  durableWrites: true,
};
const changed: KeyspaceSpec = {
  replication: { dc1: 1, dc2: 1 },
  durableWrites: false,
};

/** Something that is to happen to a keyspace, and what has to be true after it. */
interface Deed {
  object: ObjectRef;
  plan: ProviderPlan;
  /** What each node shows when it is done. */
  wanted: unknown;
  look(): Promise<unknown>;
}

/** One node hangs or dies in the middle of each step of everything that a keyspace goes through. */
describe('a keyspace on three nodes in two data centres', () => {
  let nodes: ThreeNodes;
  let cluster: TestCluster;
  let instance: EngineInstance;
  let portal: Portal;
  let made: { name: string; grants: PlannedGrant[] }[];

  beforeAll(async () => {
    nodes = await ThreeNodes.start();
    cluster = await TestCluster.create(nodes.description);
  });
  beforeEach(async () => {
    made = [];
    instance = cluster.instance({ admin: { callTimeoutMs: 6_000 } });
    portal = new Portal(instance);
    await instance.probe(portal.context());
  });
  afterEach(async () => {
    await instance?.close();
    await nodes.heal();
    for (const { name, grants } of made) {
      await cluster.cleanUp(
        name,
        grants.flatMap(({ login }) => [login.a, login.b]),
      );
    }
  });
  afterAll(async () => {
    await cluster?.close();
    await nodes?.stop();
  });

  const definitions = async ({ name }: ObjectRef) =>
    (
      await nodes.ask(
        'SELECT durable_writes, replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
        [name],
      )
    ).map(rows =>
      rows.map(({ durable_writes: durableWrites, replication }) => ({
        durableWrites,
        replication: Object.fromEntries(
          Object.entries(replication)
            .filter(([key]) => key !== 'class')
            .map(([key, value]) => [key, Number(value)]),
        ),
      })),
    );
  const isEverywhere = async (object: ObjectRef, wanted: KeyspaceSpec) =>
    expect(await definitions(object)).toEqual([[wanted], [wanted], [wanted]]);
  const table = ({ name }: ObjectRef) => `"${name}".t`;
  const all = <T>(value: T) => [value, value, value];

  /** Logs in as the grant's login at each node, with a fresh credential. */
  async function reads(object: ObjectRef, { login }: PlannedGrant) {
    await cluster.admin(
      `CREATE TABLE IF NOT EXISTS ${table(object)} (id int PRIMARY KEY)`,
    );
    return nodes.readings(table(object), login.a, await portal.issue(login.a));
  }

  async function existing(...grants: PlannedGrant[]): Promise<ObjectRef> {
    const name = uniqueName('three');
    made.push({ name, grants });
    return portal.create(name, spec, ...grants);
  }

  async function planned(
    action: PlanAction,
    object: ObjectRef,
    grants: PlannedGrant[] = [],
    wanted = spec,
  ): Promise<ProviderPlan> {
    const plan = await portal.plan(action, object, {
      spec: wanted,
      grants: {
        [['revoke', 'quarantine', 'delete'].includes(action)
          ? 'remove'
          : 'add']: grants,
      },
    });
    expect(plan.findings.filter(({ effect }) => effect === 'deny')).toEqual([]);
    return plan;
  }

  const deeds: { [action: string]: () => Promise<Deed> } = {
    create: async () => {
      const grants = [portal.grant('reader')];
      const object: ObjectRef = { name: uniqueName('three') };
      made.push({ name: object.name, grants });
      return {
        object,
        plan: await planned('create', object, grants),
        wanted: [all([spec]), all('reads')],
        look: async () => [
          await definitions(object),
          await reads(object, grants[0]),
        ],
      };
    },
    update: async () => {
      const object = await existing();
      return {
        object,
        plan: await planned('update', object, [], changed),
        wanted: all([changed]),
        look: () => definitions(object),
      };
    },
    grant: async () => {
      const grant = portal.grant('writer');
      const object = await existing();
      made.push({ name: object.name, grants: [grant] });
      return {
        object,
        plan: await planned('grant', object, [grant]),
        wanted: all('reads'),
        look: () => reads(object, grant),
      };
    },
    revoke: async () => {
      const grant = portal.grant('owner');
      const object = await existing(grant);
      const password = await portal.issue(grant.login.a);
      await nodes.as(1, grant.login.a, password, client =>
        client.execute(`CREATE TABLE ${table(object)} (id int PRIMARY KEY)`),
      );
      return {
        object,
        plan: await planned('revoke', object, [grant]),
        wanted: [all('AuthenticationError'), all([])],
        look: async () => [
          await nodes.readings(table(object), grant.login.a, password),
          await nodes.ask(`SELECT * FROM ${table(object)}`),
        ],
      };
    },
    quarantine: async () => {
      const grants = [portal.grant('reader'), portal.grant('owner')];
      const object = await existing(...grants);
      const password = await portal.issue(grants[1].login.a);
      await nodes.as(1, grants[1].login.a, password, client =>
        client.execute(`CREATE TABLE ${table(object)} (id int PRIMARY KEY)`),
      );
      return {
        object,
        plan: await planned('quarantine', object, grants),
        wanted: [all('may not read'), all('may not read'), all([spec])],
        look: async () => [
          await reads(object, grants[0]),
          await reads(object, grants[1]),
          await definitions(object),
        ],
      };
    },
    restore: async () => {
      const grants = [portal.grant('reader')];
      const object = await existing(...grants);
      await portal.execute(object, await planned('quarantine', object, grants));
      return {
        object,
        plan: await planned('restore', object, grants),
        wanted: all('reads'),
        look: () => reads(object, grants[0]),
      };
    },
    adopt: async () => {
      const object: ObjectRef = { name: uniqueName('three') };
      made.push({ name: object.name, grants: [] });
      await cluster.createAdoptable(object.name);
      const before = await cluster.asLeft(object.name);
      return {
        object,
        plan: await planned('adopt', object),
        wanted: [{ exists: true, ours: true }, before],
        look: async () => {
          const seen = await portal.provider.observe(
            [object],
            portal.context(),
          );
          const { exists, ours } = seen.get(object.name)!;
          return [{ exists, ours }, await cluster.asLeft(object.name)];
        },
      };
    },
    delete: async () => {
      const grants = [portal.grant('reader')];
      const object = await existing(...grants);
      const plan = await planned('delete', object, grants);
      return {
        object,
        plan,
        // Nobody's permission waits for the next keyspace of that name.
        wanted: [all([]), [], []],
        look: async () => [
          await definitions(object),
          await cluster.leftovers(
            object.name,
            grants.flatMap(({ login }) => [login.a, login.b]),
          ),
          (
            await cluster.admin(
              'SELECT role, resource FROM system_auth.role_permissions',
            )
          ).filter(({ resource }) =>
            `${resource}/`.startsWith(`data/${object.name}/`),
          ),
        ],
      };
    },
  };

  /** Does what a message asks an administrator for, where it is one that no time mends. */
  async function administer({ name }: ObjectRef, message: string) {
    const grant = /runs: (GRANT ALL PERMISSIONS ON ROLE [^;]+);/.exec(message);
    if (grant) {
      await cluster.admin(grant[1]);
      return;
    }
    expect(message).toContain('died before it gave them');
    await cluster.dropKeyspace(name);
  }

  async function finish(
    { object, plan }: Deed,
    journal: MemoryStepJournal,
  ): Promise<string[]> {
    const told: string[] = [];
    for (let tries = 0; tries < 60; tries += 1) {
      const result = await portal.execute(object, plan, journal);
      if (result.state === 'done') {
        return told;
      }
      told.push(await judged(object, result));
      // As the portal does, which waits longer and longer.
      await sleep(1_000);
    }
    throw new Error(`It was not finished: ${told.join('\n')}`);
  }

  /** A failure says that it can be tried again, or exactly what stands there and what mends it. */
  async function judged(object: ObjectRef, result: StepRunResult) {
    if (result.state !== 'failed') {
      throw new Error(`It ended as ${result.state}`);
    }
    const { error, stepKey } = result;
    if (!error.retryable) {
      expect({ stepKey, reason: error.reason, message: error.message }).toEqual(
        {
          stepKey,
          reason: 'Conflict',
          message: expect.stringContaining('died before it gave them'),
        },
      );
      await nodes.heal();
      await administer(object, error.message);
    }
    return `${stepKey}: ${error.reason}: ${error.message}`;
  }

  /** Carries a deed out while a node is lost in the middle of one of its steps. */
  async function lose(
    node: CassandraNode,
    how: Harm,
    { object, plan }: Deed,
    moment: { call: 'check' | 'act'; step: string },
  ): Promise<{ journal: MemoryStepJournal; outcome: string }> {
    const journal = new MemoryStepJournal();
    const result = await portal.execute(
      object,
      plan,
      journal,
      harmedAt(portal.provider, moment, () => nodes.harm(node, how)),
    );
    return {
      journal,
      outcome: result.state === 'done' ? 'done' : await judged(object, result),
    };
  }

  describe.each<[Harm]>([['freeze'], ['kill']])('%s', how => {
    it.each(Object.keys(deeds))(
      'should finish each step of %s in which a node is lost, and claim nothing before',
      async action => {
        const { plan } = await deeds[action]();
        const moments = plan.steps.flatMap(({ id }) => [
          { kind: id.split(':')[0], call: 'act' as const },
          // What is looked at before is looked at in the same way in every step.
          ...(id === plan.steps[0].id
            ? [{ kind: id.split(':')[0], call: 'check' as const }]
            : []),
        ]);
        const told: string[] = [];
        for (const [index, { kind, call }] of moments.entries()) {
          const deed = await deeds[action]();
          const step = deed.plan.steps.find(
            ({ id }) => id.split(':')[0] === kind,
          )!;
          const node: CassandraNode = index % 2 === 0 ? 3 : 2;
          const { journal, outcome } = await lose(node, how, deed, {
            call,
            step: step.id,
          });
          told.push(`${how} ${node} in ${call} of ${kind}: ${outcome}`);
          await nodes.heal();
          told.push(...(await finish(deed, journal)));
          expect(await deed.look()).toEqual(deed.wanted);
        }
        // For whoever reads what such a failure looks like.
        process.stdout.write(`${told.join('\n')}\n`);
      },
    );
  });

  it('should go on where the nodes that are left suffice', async () => {
    const object = await existing();
    const plan = await planned('update', object, [], changed);
    await nodes.harm(3, 'kill');
    await nodes.eventually(async () => {
      expect(await portal.execute(object, plan)).toEqual({ state: 'done' });
    });
    await nodes.heal();
    await isEverywhere(object, changed);
  });

  it('should name the node that does not tell of its use', async () => {
    const object = await existing();
    await nodes.harm(3, 'freeze');
    const { unseen } = (
      await portal.provider.inspect([object], portal.context())
    ).get(object.name)!;
    expect(unseen).toEqual([expect.stringContaining('the node 127.0.0.3')]);
  });

  it('should warn of roles that are on one node alone, and wait for it', async () => {
    await cluster.admin(
      `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1, 'dc2': 1}`,
    );
    try {
      const { conditions } = await instance.probe(portal.context());
      expect(conditions).toContainEqual({
        type: 'SystemAuthReplication',
        status: 'warn',
        message: expect.stringContaining(
          `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1}`,
        ),
      });
      const deed = await deeds.create();
      const journal = new MemoryStepJournal();
      await nodes.harm(2, 'kill');
      const result = await portal.execute(deed.object, deed.plan, journal);
      expect(result).toMatchObject({
        state: 'failed',
        error: {
          retryable: true,
          message: expect.stringMatching(
            /did not answer|Too few nodes|cannot be reached/,
          ),
        },
      });
      await nodes.heal();
      await finish(deed, journal);
      expect(await deed.look()).toEqual(deed.wanted);
    } finally {
      await nodes.heal();
      await cluster.admin(
        `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1}`,
      );
    }
  });
});
