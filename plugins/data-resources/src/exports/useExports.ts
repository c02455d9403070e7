import { useApi } from '@backstage/frontend-plugin-api';
import type { ResourceExports } from '@data-resources/plugin-data-resources-common';
import { useRef } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { useLive } from '../hooks/useLive';

/** The exports of a resource, with client configurations for a principal where one is named. */
export function useExports(resourceId: string, principal: string | undefined) {
  const api = useApi(dataResourcesApiRef);
  const { data, error, reload } = useLive({
    key: `${resourceId} ${principal ?? ''}`,
    load: () => api.getResourceExports(resourceId, { principal }),
    everyMs: () => undefined,
  });
  // What was shown stays until the answer for another principal is there.
  const last = useRef<ResourceExports>();
  if (data) {
    last.current = data;
  }
  return { exports: last.current, isCurrent: Boolean(data), error, reload };
}
