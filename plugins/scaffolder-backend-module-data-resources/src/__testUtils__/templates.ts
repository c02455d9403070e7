import type { Entity } from '@backstage/catalog-model';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const TEMPLATES = join(__dirname, '../../../../templates');

/** A template as it is delivered. */
export function deliveredTemplate(name: string): Entity {
  const template = parse(
    readFileSync(join(TEMPLATES, name, 'template.yaml'), 'utf8'),
  );
  return {
    ...template,
    metadata: {
      ...template.metadata,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `file:${TEMPLATES}/${name}/template.yaml`,
      },
    },
  };
}

/** A template of somebody's own: its form has a list of pairs where the type has an object. */
export function templateWithPairs(name: string): Entity {
  return {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: { name, namespace: 'default' },
    spec: {
      type: 'data-resource',
      parameters: {
        properties: {
          replication: { type: 'array', items: { type: 'object' } },
        },
      },
      steps: [
        {
          id: 'request',
          name: 'Ask for the keyspace',
          action: 'data-resources:request',
          input: {
            action: 'create',
            type: 'cassandra-keyspace',
            instance: 'cassandra-dev',
            name: 'payments',
            owner: 'group:default/payments',
            spec: {
              replication:
                "${{ parameters.replication | toMap('dataCenter', 'replicas') }}",
            },
          },
        },
      ],
    },
  };
}
