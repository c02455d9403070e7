import type {
  ResourcePhase,
  ResourceQuery,
} from '@data-resources/plugin-data-resources-common';
import type { UrlFilters } from '../hooks/useUrlFilters';

export const resourceFilterNames = [
  'q',
  'type',
  'instance',
  'environment',
  'owner',
  'system',
  'phase',
] as const;

export type ResourceFilterName = (typeof resourceFilterNames)[number];

/** What the API is asked for the filters. */
export function resourceQuery(
  filters: UrlFilters<ResourceFilterName>['values'],
): ResourceQuery {
  return { ...filters, phase: filters.phase as ResourcePhase | undefined };
}
