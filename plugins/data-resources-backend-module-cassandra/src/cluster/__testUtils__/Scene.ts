import type {
  EngineInstance,
  ObjectRef,
  PlanAction,
  PlannedGrant,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { Portal } from '../../__testUtils__/Portal';
import { TestCluster, uniqueName } from '../../__testUtils__/TestCluster';
import { ThreeNodes } from '../../__testUtils__/ThreeNodes';
import type { KeyspaceSpec } from '../../keyspace/keyspaceSpec';

/** What keyspaces here are made with. */
export const spec: KeyspaceSpec = {
  replication: { dc1: 2, dc2: 1 },
  durableWrites: true,
};

/** What they are changed to. */
export const changed: KeyspaceSpec = {
  replication: { dc1: 1, dc2: 1 },
  durableWrites: false,
};

/** Three nodes, a portal, and keyspaces of it that are gone after each test. */
export class Scene {
  readonly nodes: ThreeNodes;
  readonly cluster: TestCluster;
  #instance?: EngineInstance;
  #portal?: Portal;
  #made: { name: string; grants: PlannedGrant[] }[] = [];

  private constructor(nodes: ThreeNodes, cluster: TestCluster) {
    this.nodes = nodes;
    this.cluster = cluster;
  }

  /** Takes half a minute. */
  static async open(): Promise<Scene> {
    const nodes = await ThreeNodes.start();
    return new Scene(nodes, await TestCluster.create(nodes.description));
  }

  get portal(): Portal {
    return this.#portal!;
  }

  /** Before each test: a portal that has seen the cluster. */
  async begin(): Promise<void> {
    this.#made = [];
    this.#instance = this.cluster.instance({ admin: { callTimeoutMs: 6_000 } });
    this.#portal = new Portal(this.#instance);
    await this.#instance.probe(this.#portal.context());
  }

  /** After each test. */
  async end(): Promise<void> {
    await this.#instance?.close();
    await this.nodes.heal();
    for (const { name, grants } of this.#made) {
      await this.cluster.cleanUp(
        name,
        grants.flatMap(({ login }) => [login.a, login.b]),
      );
    }
  }

  async close(): Promise<void> {
    await this.cluster.close();
    await this.nodes.stop();
  }

  /** A name for a keyspace; with the grants it is gone after the test. */
  unmade(...grants: PlannedGrant[]): ObjectRef {
    const name = uniqueName('three');
    this.clearLater(name, grants);
    return { name };
  }

  clearLater(name: string, grants: PlannedGrant[]): void {
    this.#made.push({ name, grants });
  }

  async existing(...grants: PlannedGrant[]): Promise<ObjectRef> {
    const { name } = this.unmade(...grants);
    return this.portal.create(name, spec, ...grants);
  }

  /** A plan that nothing speaks against. */
  async planned(
    action: PlanAction,
    object: ObjectRef,
    grants: PlannedGrant[] = [],
    wanted = spec,
  ): Promise<ProviderPlan> {
    const plan = await this.portal.plan(action, object, {
      spec: wanted,
      grants: {
        [['revoke', 'quarantine', 'delete'].includes(action)
          ? 'remove'
          : 'add']: grants,
      },
    });
    const denied = plan.findings.filter(({ effect }) => effect === 'deny');
    if (denied.length > 0) {
      throw new Error(`The plan is denied: ${JSON.stringify(denied)}`);
    }
    return plan;
  }

  /** The keyspace as each node has it. */
  async definitions({ name }: ObjectRef): Promise<KeyspaceSpec[][]> {
    const rows = await this.nodes.ask(
      'SELECT durable_writes, replication FROM system_schema.keyspaces WHERE keyspace_name = ?',
      [name],
    );
    return rows.map(found =>
      found.map(({ durable_writes: durableWrites, replication }) => ({
        durableWrites,
        replication: Object.fromEntries(
          Object.entries(replication)
            .filter(([key]) => key !== 'class')
            .map(([key, value]) => [key, Number(value)]),
        ),
      })),
    );
  }

  /** A table of the keyspace that is there. */
  async readable(object: ObjectRef): Promise<string> {
    await this.cluster.admin(
      `CREATE TABLE IF NOT EXISTS ${tableOf(object)} (id int PRIMARY KEY)`,
    );
    return tableOf(object);
  }

  /** What the grant's login is told by each node, with a fresh credential. */
  async reads(object: ObjectRef, { login }: PlannedGrant): Promise<string[]> {
    return this.nodes.readings(
      await this.readable(object),
      login.a,
      await this.portal.issue(login.a),
    );
  }
}

/** Of each node the same. */
export function all<T>(value: T): T[] {
  return [value, value, value];
}

/** A table in a keyspace, in CQL. */
export function tableOf({ name }: ObjectRef): string {
  return `"${name}".t`;
}
