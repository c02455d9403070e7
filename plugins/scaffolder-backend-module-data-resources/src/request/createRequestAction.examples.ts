import type { TemplateExample } from '@backstage/plugin-scaffolder-node';
import { stringify } from 'yaml';

function step(name: string, input: object, more: object = {}): string {
  return stringify({
    steps: [
      { id: 'request', action: 'data-resources:request', name, ...more, input },
    ],
  });
}

export const examples: TemplateExample[] = [
  {
    description: 'Ask for a Kafka topic that a component may produce to',
    example: step('Ask for the topic', {
      action: 'create',
      type: 'kafka-topic',
      instance: 'kafka-dev',
      name: 'payments.settled',
      owner: 'group:default/payments',
      system: 'system:default/payments',
      spec: {
        partitions: 3,
        replicationFactor: 1,
        config: { 'retention.ms': '604800000' },
      },
      grants: [
        { principal: 'component:default/payments-worker', role: 'producer' },
      ],
    }),
  },
  {
    description:
      'Ask for a Cassandra keyspace; the form gives the replication as a list of { dataCenter, replicas }',
    example: step('Ask for the keyspace', {
      action: 'create',
      type: 'cassandra-keyspace',
      instance: "${{ parameters.instance | parseEntityRef | pick('name') }}",
      name: '${{ parameters.name }}',
      owner: '${{ parameters.owner }}',
      spec: {
        replication:
          "${{ parameters.replication | toMap('dataCenter', 'replicas') }}",
      },
    }),
  },
  {
    description: 'Ask for one PostgreSQL database per name in a list',
    example: step(
      'Ask for the databases',
      {
        action: 'create',
        type: 'postgres-database',
        instance: 'postgres-dev',
        name: '${{ each.value }}',
        owner: '${{ parameters.owner }}',
        spec: { connectionLimit: 20 },
      },
      { each: '${{ parameters.names }}' },
    ),
  },
  {
    description: 'Ask for read access of a component to a database',
    example: step('Ask for access', {
      action: 'grant',
      resourceId: '${{ parameters.resourceId }}',
      principal: 'component:default/shipping-worker',
      role: 'reader',
      reason: 'Shipments need the settled payments',
    }),
  },
  {
    description: 'Ask for the end of an access',
    example: step('Take the access back', {
      action: 'revoke',
      grantId: '${{ parameters.grantId }}',
    }),
  },
  {
    description: 'Ask for the deletion of a resource',
    example: step('Delete the resource', {
      action: 'delete',
      resourceId: '${{ parameters.resourceId }}',
      reason: 'Replaced by payments.settled.v2',
    }),
  },
];
