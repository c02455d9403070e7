import { ConflictError } from '@backstage/errors';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { ResourceRow } from '../database/rows';
import { RequestInputError } from './input';

/** Throws `RequestInputError` for a role that the type does not have. */
export function checkRole(
  type: ResourceType,
  role: string,
  path: string,
): void {
  if (!type.roles.some(({ name }) => name === role)) {
    throw new RequestInputError(
      `${path} is ${JSON.stringify(role)}; ${type.type} has ${type.roles
        .map(({ name }) => name)
        .join(', ')}`,
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
