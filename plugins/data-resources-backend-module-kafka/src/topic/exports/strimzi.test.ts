import {
  loginSlots,
  type ExportInput,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { parseAllDocuments } from 'yaml';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { strimziExport } from './strimzi';

const grant: PlannedGrant = {
  principal: 'component:default/payments-api',
  owner: 'group:default/payments',
  role: 'producer',
  login: loginSlots({
    principal: 'component:default/payments-api',
    environment: 'dev',
    installationId: 'test',
  }),
};

const input: ExportInput<KafkaTopicSpec> = {
  type: 'kafka-topic',
  name: 'orders',
  spec: { partitions: 1, replicationFactor: 1, config: {} },
  owner: 'group:default/payments',
  instance: { name: 'kafka-dev', environment: 'dev', limits: {} },
  connection: { engine: 'kafka' },
  grants: [grant],
  elsewhere: [],
  variables: { username: 'KAFKA_USERNAME', password: 'KAFKA_PASSWORD' },
};

function userSpecOf(changes: Partial<ExportInput<KafkaTopicSpec>>) {
  const file = strimziExport.render({ ...input, ...changes })!;
  return parseAllDocuments(file.text)
    .map(document => document.toJS())
    .find(({ kind }) => kind === 'KafkaUser').spec;
}

describe('strimziExport', () => {
  it('should give a user the quotas of its principal, in the words of Strimzi', () => {
    const limits = {
      quotas: {
        default: { producer_byte_rate: 1000, request_percentage: 50 },
        teams: {
          'group:default/payments': { producer_byte_rate: 2000 },
          'group:default/logistics': { consumer_byte_rate: 1 },
        },
        principals: {},
      },
    };
    expect(
      userSpecOf({ instance: { ...input.instance, limits } }).quotas,
    ).toEqual({ producerByteRate: 2000, requestPercentage: 50 });
    expect(userSpecOf({})).not.toHaveProperty('quotas');
  });

  it('should let a user into the prefixes of all its topics', () => {
    const { authorization } = userSpecOf({
      elsewhere: [
        {
          type: 'kafka-topic',
          name: 'settled',
          spec: { ...input.spec, prefix: 'settled.' },
          grant,
        },
      ],
    });
    expect(
      authorization.acls.filter(
        ({ resource }: any) => resource.type === 'topic',
      ),
    ).toMatchObject([
      { resource: { name: 'orders', patternType: 'literal' } },
      { resource: { name: 'settled', patternType: 'literal' } },
      { resource: { name: 'settled.', patternType: 'prefix' } },
    ]);
  });
});
