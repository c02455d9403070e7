import {
  runProviderContractTests,
  TcpProxy,
} from '@data-resources/plugin-data-resources-node/testUtils';
import {
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';
import { CassandraEngine } from './CassandraEngine';

let cluster: TestCluster;
let proxy: TcpProxy;

runProviderContractTests({
  name: 'Cassandra',
  timeoutMs: 240_000,
  async setUp() {
    cluster = await TestCluster.create();
    const { host, port, dataCenter } = cluster.description;
    proxy = await TcpProxy.create({ host, port });
    return {
      engine: CassandraEngine.create(),
      type: 'cassandra-keyspace',
      installationId: INSTALLATION_ID,
      createInstance: () =>
        cluster.instance({
          admin: {
            contactPoints: proxy.host,
            port: proxy.port,
            callTimeoutMs: 8_000,
          },
        }),
      spec: { replication: { [dataCenter]: 1 } },
      changedSpec: { replication: { [dataCenter]: 1 }, durableWrites: false },
      uniqueName: () => uniqueName('contract'),
      administrator: {
        createForeign: name => cluster.createForeign(name),
        createAdoptable: name => cluster.createAdoptable(name),
        change: name => cluster.makeVolatile(name),
        remove: name => cluster.dropKeyspace(name),
        cleanUp: (name, logins) => cluster.cleanUp(name, logins),
      },
      outage: {
        begin: async () => proxy.refuse(),
        end: async () => proxy.restore(),
      },
      witness: {
        fingerprint: name => cluster.fingerprint(name),
        asLeft: name => cluster.asLeft(name),
        leftovers: (name, logins) => cluster.leftovers(name, logins),
        canUse: (name, username, password) =>
          cluster.canRead(name, username, password),
        use: async (name, username, password) => {
          const client = await cluster.login(username, password);
          await client.execute(`USE "${name}"`);
          return { end: () => client.shutdown() };
        },
        canLogin: (username, password) => cluster.canLogin(username, password),
      },
      recoveryMs: 3_000,
    };
  },
  async tearDown() {
    await proxy?.close();
    await cluster?.close();
  },
});
