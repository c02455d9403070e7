import { ConflictError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { ResourceRow } from '../database/rows';
import { RequestInputError } from './input';
import { rolesOf } from './rolesOf';

/** Throws `RequestInputError` for a role that a resource of the spec does not have. */
export function checkRole(
  type: ResourceType,
  spec: JsonObject,
  role: string,
  path: string,
): void {
  const roles = rolesOf(type, spec).map(({ name }) => name);
  if (!roles.includes(role)) {
    throw new RequestInputError(
      `${path} is ${JSON.stringify(role)}; ${type.type} has ${roles.join(
        ', ',
      )}`,
      { path },
    );
  }
}

/** Throws `ConflictError` when the resource is in none of the phases. */
export function checkPhase(
  resource: ResourceRow,
  phases: readonly ResourceRow['phase'][],
): void {
  if (!phases.includes(resource.phase)) {
    throw new ConflictError(
      `${resource.name} is ${
        resource.phase
      }; this can be asked for while it is ${phases.join(' or ')}`,
    );
  }
}
