import type { JsonObject } from '@backstage/types';
import type {
  ResourceType,
  RoleDefinition,
} from '@data-resources/plugin-data-resources-node';

/** The roles that a resource of the spec has: those of its type, and those of its own. */
export function rolesOf(
  type: ResourceType,
  spec: JsonObject,
): RoleDefinition[] {
  return [...type.roles, ...(type.rolesOf?.(spec) ?? [])];
}
