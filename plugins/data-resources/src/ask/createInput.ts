import { parseEntityRef } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import type { RequestInput } from '@data-resources/plugin-data-resources-common';

/**
 * What a template's form asks for; undefined as long as it does not say what, where and whose. The
 * names are those of our templates: the fields of a request, with the instance as an entity.
 */
export function createInput(
  type: string,
  form: JsonObject,
): RequestInput | undefined {
  const { instance, name, owner, system, description, spec, grants, reason } =
    form as Partial<RequestInput>;
  return instance && name && owner
    ? {
        action: 'create',
        type,
        instance: parseEntityRef(instance).name,
        name,
        owner,
        system,
        description,
        spec: spec ?? {},
        grants,
        reason,
      }
    : undefined;
}
