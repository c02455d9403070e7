import { useRouteRef } from '@backstage/frontend-plugin-api';
import { Link } from '@backstage/ui';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { requestRouteRef } from '../routes';
import { requestTitle } from '../words/requestWords';

/** What a request is about, which leads to it. */
export const RequestLink = ({ request }: { request: DataRequest }) => {
  const toRequest = useRouteRef(requestRouteRef);
  const title = requestTitle(request);
  return toRequest ? (
    <Link
      href={toRequest({ requestId: request.id })}
      weight="bold"
      variant="body-medium"
    >
      {title}
    </Link>
  ) : (
    <>{title}</>
  );
};
