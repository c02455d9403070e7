import { runProviderContractTests } from '@data-resources/plugin-data-resources-node/testUtils';
import { contractFixture } from './__testUtils__/contractFixture';
import { ThreeBrokers } from './__testUtils__/ThreeBrokers';

const spec = {
  partitions: 3,
  replicationFactor: 3,
  config: { 'retention.ms': '86400000', 'cleanup.policy': 'delete' },
};

let brokers: ThreeBrokers | undefined;
let close: (() => Promise<void>) | undefined;

runProviderContractTests({
  name: 'Kafka on three brokers',
  async setUp() {
    brokers = await ThreeBrokers.start();
    const bench = await contractFixture(brokers.description, {
      spec,
      // There and back again takes replicas away, and copies them.
      changedSpec: { ...spec, replicationFactor: 2 },
    });
    close = bench.close;
    return bench.fixture;
  },
  async tearDown() {
    await close?.();
    await brokers?.stop();
  },
});
