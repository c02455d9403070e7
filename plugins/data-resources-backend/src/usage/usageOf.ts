import type { JsonObject } from '@backstage/types';
import type { ResourceType } from '@data-resources/plugin-data-resources-node';

/** What a resource uses up, by counter. */
export type Usage = { [counter: string]: number };

/** What a resource of this spec uses up; nothing where its type counts nothing, or is gone. */
export function usageOf(
  type: ResourceType | undefined,
  spec: JsonObject | undefined,
): Usage {
  return (spec && type?.usage?.(spec)) ?? {};
}
