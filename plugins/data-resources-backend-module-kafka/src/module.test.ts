import { startTestBackend } from '@backstage/backend-test-utils';
import { dataResourcesEnginesExtensionPoint } from '@data-resources/plugin-data-resources-node';
import type { Engine } from '@data-resources/plugin-data-resources-node';
import dataResourcesModuleKafka from './index';

describe('dataResourcesModuleKafka', () => {
  it('should add the engine with its type', async () => {
    const engines: Engine[] = [];
    const backend = await startTestBackend({
      extensionPoints: [
        [
          dataResourcesEnginesExtensionPoint,
          {
            addEngine: engine => {
              engines.push(engine);
            },
          },
        ],
      ],
      features: [dataResourcesModuleKafka],
    });
    await backend.stop();

    expect(engines.map(({ name }) => name)).toEqual(['kafka']);
    expect(engines[0].types).toMatchObject([
      {
        type: 'kafka-topic',
        engine: 'kafka',
        roles: [{ name: 'producer' }, { name: 'consumer' }, { name: 'admin' }],
      },
    ]);
  });
});
