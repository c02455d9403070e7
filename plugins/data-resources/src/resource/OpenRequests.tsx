import { useApi, useRouteRef } from '@backstage/frontend-plugin-api';
import { Alert, Link } from '@backstage/ui';
import type { RequestState } from '@data-resources/plugin-data-resources-common';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { useLive } from '../hooks/useLive';
import { requestRouteRef } from '../routes';
import { requestStates, requestTitle } from '../words/requestWords';
import styles from './resource.module.css';

const open: RequestState[] = ['pending', 'approved', 'executing', 'failed'];

/** Says that requests for this resource are under way, with a way to each. */
export const OpenRequests = ({ resourceId }: { resourceId: string }) => {
  const api = useApi(dataResourcesApiRef);
  const toRequest = useRouteRef(requestRouteRef);
  const { data } = useLive({
    key: resourceId,
    load: async () => {
      const { items } = await api.getRequests({ resourceId, limit: 20 });
      return items.filter(({ state }) => open.includes(state));
    },
    everyMs: () => 10_000,
    about: { resource: resourceId },
  });

  if (!data?.length || !toRequest) {
    return null;
  }
  return (
    <Alert
      role="status"
      status="info"
      icon
      title={
        data.length === 1
          ? 'A request for this data resource is open'
          : `${data.length} requests for this data resource are open`
      }
      description={
        <ul className={styles.plain}>
          {data.map(request => (
            <li key={request.id}>
              <Link href={toRequest({ requestId: request.id })}>
                {requestTitle(request)}
              </Link>{' '}
              ({requestStates[request.state].label.toLocaleLowerCase('en-US')})
            </li>
          ))}
        </ul>
      }
    />
  );
};
