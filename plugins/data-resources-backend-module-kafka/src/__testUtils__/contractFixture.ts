import { TcpProxy } from '@data-resources/plugin-data-resources-node/testUtils';
import type { ProviderContractFixture } from '@data-resources/plugin-data-resources-node/testUtils';
import type { KafkaDescription } from '@data-resources/test-engines';
import { kafkaEngine } from '../kafkaEngine';
import type { KafkaTopicSpec } from '../topic/KafkaTopicSpec';
import { openConsumer } from './openConsumer';
import { PlainClients } from './PlainClients';
import { INSTALLATION_ID, TestCluster, uniqueName } from './TestCluster';

const [TOPIC, LITERAL, ALLOW] = [2, 3, 3] as const;
const [READ, DESCRIBE] = [3, 8] as const;

/** Long before anybody could count it as of now. */
const LONG_AGO = Date.UTC(2020, 1, 1);
/** What the portal calls logins: their base and the slot. */
const OURS = /_[0-9a-f]{10}_[ab]$/;

/** What the provider contract needs to know of a cluster. */
export async function contractFixture(
  description: KafkaDescription,
  { spec, changedSpec }: { spec: KafkaTopicSpec; changedSpec: KafkaTopicSpec },
): Promise<{ fixture: ProviderContractFixture; close(): Promise<void> }> {
  const cluster = new TestCluster(description);
  const clients = new PlainClients(description.bootstrap);
  const { host, port } = description;
  const proxy = await TcpProxy.create({ host, port });
  const fixture: ProviderContractFixture = {
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
    changedSpec,
    uniqueName: () => uniqueName('contract'),
    roleOfUse: 'consumer',
    administrator: {
      createAdoptable: async name => {
        await cluster.createTopic(name, {
          partitions: 3,
          config: { 'retention.ms': '-1', 'max.message.bytes': '2000000' },
        });
        await cluster.addAcls(
          [READ, DESCRIBE].map(operation => ({
            resourceType: TOPIC,
            resourceName: name,
            resourcePatternType: LITERAL,
            principal: 'User:left-by-others',
            host: '*',
            operation,
            permissionType: ALLOW,
          })),
        );
        await cluster.write(name, ['one', 'two', 'three'], LONG_AGO);
      },
      createForeign: name =>
        cluster.createTopic(name, {
          partitions: spec.partitions,
          replicas: spec.replicationFactor,
          config: spec.config,
        }),
      change: name => cluster.alterTopic(name, { 'retention.ms': '93600000' }),
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
      asLeft: async name => {
        const topic = await cluster.topic(name);
        return (
          topic &&
          JSON.stringify([
            topic,
            // Trying whether a login may write adds records.
            await cluster.firstRecords(name, LONG_AGO),
            (await cluster.aclsOf(name, [])).filter(
              ({ principal }) => !OURS.test(principal),
            ),
          ])
        );
      },
      leftovers: async (name, logins) => [
        ...(await cluster.aclsOf(name, logins)).map(acl => JSON.stringify(acl)),
        ...(await cluster.scramUsers(logins)),
      ],
      canUse: (name, user, password) =>
        clients.canProduce({ user, password }, name),
      use: (name, user, password) =>
        openConsumer({
          bootstrap: cluster.description.bootstrap,
          login: { user, password },
          topic: name,
          group: `${user.replace(/_[ab]$/, '')}.contract`,
        }),
      canLogin: (username, password) => cluster.canLogin(username, password),
    },
  };
  return {
    fixture,
    close: async () => {
      await proxy.close();
      await cluster.close();
    },
  };
}
