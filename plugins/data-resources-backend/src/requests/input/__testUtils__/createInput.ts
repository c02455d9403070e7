import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import { z } from 'zod/v3';

export const TOPIC: ResourceType = {
  type: 'kafka-topic',
  engine: 'kafka',
  title: 'Kafka topic',
  description: 'A topic',
  roles: ['producer', 'consumer'].map(name => ({
    name,
    title: name,
    description: name,
  })),
  specSchema: z
    .object({
      partitions: z.number().int().min(1).max(1000),
      replicationFactor: z.number().int().min(1).default(3),
      config: z.record(z.string()).optional(),
      cleanup: z
        .object({ policy: z.enum(['delete', 'compact']) })
        .strict()
        .optional(),
    })
    .strict(),
  checkName: name => [
    ...(/^[\w.-]+$/.test(name)
      ? []
      : [
          `is ${JSON.stringify(
            name,
          )}, and may have letters, digits, ".", "_" and "-" only`,
        ]),
    ...(name.length <= 249
      ? []
      : [`has ${name.length} characters, and may have 249`]),
  ],
  normaliseName: name => name.replace(/\./g, '_'),
};
export const TYPES = new Map([[TOPIC.type, TOPIC]]);

export const CREATE = {
  action: 'create',
  type: 'kafka-topic',
  instance: 'kafka-dev',
  name: 'payments.settled',
  owner: 'group:default/payments',
  spec: { partitions: 6 },
};
export const ID = '0198c0de-0000-7000-8000-000000000001';
export const PRINCIPAL = 'component:default/payments-api';
