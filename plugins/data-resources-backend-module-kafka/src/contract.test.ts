import {
  runProviderContractTests,
  TcpProxy,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { PlainClients } from './__testUtils__/PlainClients';
import {
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';
import { kafkaEngine } from './kafkaEngine';

let cluster: TestCluster;
let clients: PlainClients;
let proxy: TcpProxy;

const spec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '86400000', 'cleanup.policy': 'delete' },
};

runProviderContractTests({
  name: 'Kafka',
  async setUp() {
    cluster = new TestCluster();
    clients = new PlainClients(cluster.description.bootstrap);
    const { host, port } = cluster.description;
    proxy = await TcpProxy.create({ host, port });
    return {
      engine: kafkaEngine,
      type: 'kafka-topic',
      installationId: INSTALLATION_ID,
      createInstance: () =>
        cluster.instance({
          admin: {
            bootstrapServers: `${proxy.host}:${proxy.port}`,
            callTimeoutMs: 5_000,
          },
        }),
      spec,
      changedSpec: {
        ...spec,
        // Another value, a setting more, and `cleanup.policy` that is declared no longer.
        config: { 'retention.ms': '172800000', 'compression.type': 'gzip' },
      },
      uniqueName: () => uniqueName('contract'),
      administrator: {
        createForeign: name =>
          cluster.createTopic(name, {
            partitions: spec.partitions,
            config: spec.config,
          }),
        change: name =>
          cluster.alterTopic(name, { 'retention.ms': '93600000' }),
        remove: name => cluster.deleteTopic(name),
        cleanUp: (name, logins) => cluster.cleanUp(name, logins),
      },
      outage: {
        begin: async () => proxy.refuse(),
        end: async () => proxy.restore(),
      },
      witness: {
        fingerprint: async name => {
          const topic = await cluster.topic(name);
          return topic && JSON.stringify(topic);
        },
        leftovers: async (name, logins) => [
          ...(await cluster.aclsOf(name, logins)).map(acl =>
            JSON.stringify(acl),
          ),
          ...(await cluster.scramUsers(logins)),
        ],
        canUse: (name, user, password) =>
          clients.canProduce({ user, password }, name),
        canLogin: (username, password) => cluster.canLogin(username, password),
      },
    };
  },
  async tearDown() {
    await proxy?.close();
    await cluster?.close();
  },
});
