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
