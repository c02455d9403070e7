import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';

/** Nothing is wrong. */
export function ok(type: string, message: string): InstanceCondition {
  return { type, status: 'ok', message };
}
