import { runProviderContractTests } from '@data-resources/plugin-data-resources-node/testUtils';
import { testEngine } from '@data-resources/test-engines';
import { contractFixture } from './__testUtils__/contractFixture';

const spec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '86400000', 'cleanup.policy': 'delete' },
};

let close: (() => Promise<void>) | undefined;

runProviderContractTests({
  name: 'Kafka',
  async setUp() {
    const bench = await contractFixture(testEngine('kafka-dev'), {
      spec,
      changedSpec: {
        ...spec,
        // Another value, a setting more, and `cleanup.policy` that is declared no longer.
        config: { 'retention.ms': '172800000', 'compression.type': 'gzip' },
      },
    });
    close = bench.close;
    return bench.fixture;
  },
  tearDown: async () => close?.(),
});
