import {
  runProviderContractTests,
  TcpProxy,
} from '@data-resources/plugin-data-resources-node/testUtils';
import {
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';
import { kafkaEngine } from './kafkaEngine';

let cluster: TestCluster;
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
      uniqueName: () => uniqueName('contract'),
      administrator: {
        createForeign: name =>
          cluster.createTopic(name, {
            partitions: spec.partitions,
            config: spec.config,
          }),
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
        canLogin: (username, password) => cluster.canLogin(username, password),
      },
    };
  },
  async tearDown() {
    await proxy?.close();
    await cluster?.close();
  },
});
