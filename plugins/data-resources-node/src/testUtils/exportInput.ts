import type { JsonObject } from '@backstage/types';
import type { EngineInstance } from '../engine/EngineInstance';
import type { PlannedGrant } from '../engine/ResourceProvider';
import type { ExportInput } from '../exports/ExportFormat';

/**
 * What the core gives to an export: of a resource on an instance, with a client configuration for
 * the principal of the first grant.
 *
 * @public
 */
export function exportInput(options: {
  instance: EngineInstance;
  type: string;
  name: string;
  spec: JsonObject;
  grants?: readonly PlannedGrant[];
  elsewhere?: ExportInput['elsewhere'];
}): ExportInput {
  const { instance, type, name, spec, grants = [], elsewhere = [] } = options;
  const [first] = grants;
  const theirs = grants.filter(
    ({ principal }) => principal === first.principal,
  );
  return {
    type,
    name,
    spec,
    owner: 'group:default/payments',
    instance: {
      name: 'instance-dev',
      environment: 'dev',
      limits: instance.limits,
    },
    connection: instance.provider(type).connection(name, first?.login),
    grants,
    elsewhere,
    client: first && {
      principal: first.principal,
      roles: theirs.map(({ role }) => role),
      login: first.login,
    },
    variables: { username: 'THE_USERNAME', password: 'THE_PASSWORD' },
  };
}
