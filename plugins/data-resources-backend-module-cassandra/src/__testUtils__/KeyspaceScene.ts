import type {
  ObjectRef,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { Client } from 'cassandra-driver';
import type { KeyspaceSpec } from '../keyspace/keyspaceSpec';
import { Portal } from './Portal';
import { TestCluster, uniqueName } from './TestCluster';

/** A cluster, a portal on it that is new for each test, and what is undone after it. */
export class KeyspaceScene {
  cluster!: TestCluster;
  portal!: Portal;
  #cleanUps: (() => Promise<unknown>)[] = [];

  private constructor() {}

  /** For all tests of the `describe` that it is called in. */
  static forEachTest(): KeyspaceScene {
    const scene = new KeyspaceScene();
    beforeAll(async () => {
      scene.cluster = await TestCluster.create();
    });
    beforeEach(() => {
      scene.portal = new Portal(scene.cluster.instance());
    });
    afterEach(async () => {
      for (const cleanUp of scene.#cleanUps.splice(0).reverse()) {
        await cleanUp();
      }
      await scene.portal.instance.close();
    });
    afterAll(() => scene.cluster?.close());
    return scene;
  }

  /** The last is undone first. */
  afterwards(cleanUp: () => Promise<unknown>): void {
    this.#cleanUps.push(cleanUp);
  }

  /** One replica, and nothing else that was asked for. */
  spec(): KeyspaceSpec {
    return {
      replication: { [this.cluster.description.dataCenter]: 1 },
      durableWrites: true,
    };
  }

  /** A keyspace as the portal makes it, gone with its logins afterwards. */
  async create(
    purpose: string,
    spec: KeyspaceSpec,
    ...grants: PlannedGrant[]
  ): Promise<ObjectRef> {
    const name = uniqueName(purpose);
    this.afterwards(() =>
      this.cluster.cleanUp(
        name,
        grants.flatMap(grant => [grant.login.a, grant.login.b]),
      ),
    );
    return this.portal.create(name, spec, ...grants);
  }

  /** A plain client with a password that the portal has issued. */
  async login(username: string): Promise<Client> {
    const client = await this.cluster.login(
      username,
      await this.portal.issue(username),
    );
    this.afterwards(() => client.shutdown());
    return client;
  }
}
