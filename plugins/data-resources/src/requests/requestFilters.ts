import type {
  RequestAction,
  RequestQuery,
  RequestState,
} from '@data-resources/plugin-data-resources-common';
import type { UrlFilters } from '../hooks/useUrlFilters';

export const requestFilterNames = [
  'state',
  'action',
  'type',
  'instance',
  'environment',
  'batch',
] as const;

export type RequestFilterName = (typeof requestFilterNames)[number];

/** Whose requests are listed. */
export type RequestView = 'mine' | 'waiting' | 'all';

export const requestViews: { id: RequestView; label: string }[] = [
  { id: 'mine', label: 'Mine' },
  { id: 'waiting', label: 'Waiting for me' },
  { id: 'all', label: 'All' },
];

/** The view in the address, or the reader's own requests. */
export function readView(params: URLSearchParams): RequestView {
  const view = params.get('view');
  return requestViews.find(({ id }) => id === view)?.id ?? 'mine';
}

/** What the API is asked for a view with its filters. */
export function requestQuery(
  view: RequestView,
  filters: UrlFilters<RequestFilterName>['values'],
): RequestQuery {
  const query: RequestQuery = {
    type: filters.type,
    instance: filters.instance,
    environment: filters.environment,
    batchId: filters.batch,
    action: filters.action as RequestAction | undefined,
    state: filters.state as RequestState | undefined,
  };
  if (view === 'mine') {
    return { ...query, requestedBy: 'me' };
  }
  if (view === 'waiting') {
    return { ...query, state: 'pending', approvableBy: 'me' };
  }
  return query;
}
