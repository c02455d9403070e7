import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { organisation } from './roles';
import type { Seeds } from './seed';

type Schema = Record<string, unknown>;

const source = path.resolve(
  require.resolve('@data-resources/plugin-data-resources-backend/package.json'),
  '../src/schema/openapi.yaml',
);

/**
 * The API's own document. What it says of answers stays as it is; where it says of an input that
 * any text will do, words that mean something stand beside that, so that not all calls end at the
 * first check.
 */
export async function documentWith(seeds: Seeds): Promise<object> {
  const document = parse(await fs.readFile(source, 'utf8'));
  const { schemas, parameters } = document.components;
  const groups = Object.values(organisation.users)
    .flat()
    .map(name => `group:default/${name}`);
  const components = Object.keys(organisation.components ?? {}).map(
    name => `component:default/${name}`,
  );
  const ids = [
    ...seeds.requestIds,
    ...seeds.resourceIds,
    ...seeds.batches.keys(),
  ];
  const input: Record<string, Schema> = schemas.RequestInput.properties;
  const words: Record<string, unknown[]> = {
    type: ['box', 'crate'],
    instance: ['box-dev', 'box-prod', 'crate-dev'],
    name: ['new-box', 'another.box', ...seeds.names],
    owner: groups,
    spec: [{ size: 1 }, { size: 20 }, { size: 3, colour: 'red' }],
    resourceId: seeds.resourceIds,
    grantId: seeds.grantIds,
    promotedFrom: seeds.resourceIds,
    principal: components,
    role: ['reader', 'writer'],
    reason: ['Because'],
  };
  for (const [name, values] of Object.entries(words)) {
    input[name] = orOneOf(input[name], values);
  }
  schemas.GrantInput.properties.principal = orOneOf(
    schemas.GrantInput.properties.principal,
    components,
  );
  parameters.id.schema = orOneOf(parameters.id.schema, ids);
  const bodyOf = (call: string): Record<string, Schema> =>
    document.paths[call].post.requestBody.content['application/json'].schema
      .properties;
  const { requests } = bodyOf('/v1/request-batches');
  requests.items = {
    anyOf: [{ $ref: '#/components/schemas/RequestInput' }, requests.items],
  };
  const ofRequests: Schema[] = document.paths['/v1/requests'].get.parameters;
  const ofDiscoveries: Schema[] =
    document.paths['/v1/discoveries'].get.parameters;
  const ofAudit: Schema[] = document.paths['/v1/audit'].get.parameters;
  const meant: Record<string, readonly unknown[]> = {
    resourceId: ids,
    requestId: ids,
    batchId: [...seeds.batches.keys()],
    owner: groups,
    instance: words.instance,
    type: words.type,
  };
  for (const parameter of [...ofRequests, ...ofDiscoveries, ...ofAudit]) {
    const values = meant[String(parameter.name)];
    if (values) {
      parameter.schema = orOneOf(parameter.schema as Schema, values);
    }
  }
  const credentials = bodyOf('/v1/resources/{id}/credentials');
  credentials.principal = orOneOf(credentials.principal, components);
  return document;
}

function orOneOf(schema: Schema, values: readonly unknown[]): Schema {
  return { anyOf: [{ enum: [...new Set(values)] }, schema] };
}
