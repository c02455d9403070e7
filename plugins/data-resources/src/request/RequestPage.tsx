import { useApi } from '@backstage/frontend-plugin-api';
import { useRef } from 'react';
import { useParams } from 'react-router-dom';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import { PageFrame } from '../components/PageFrame';
import { useDocumentTitle } from '../hooks/useDocumentTitle';
import { useLive } from '../hooks/useLive';
import { requestTitle } from '../words/requestWords';
import { RequestSkeleton } from './RequestSkeleton';
import { RequestView } from './RequestView';
import { lookAgainAfter } from './lookAgainAfter';

/** One request, kept fresh while somebody looks at it. */
export const RequestPage = () => {
  const { requestId = '' } = useParams();
  const api = useApi(dataResourcesApiRef);
  const opened = useRef(Date.now());

  const request = useLive({
    key: requestId,
    load: () => api.getRequest(requestId),
    everyMs: data => lookAgainAfter(data, Date.now() - opened.current),
    about: { request: requestId },
  });
  useDocumentTitle(request.data && requestTitle(request.data));

  return (
    <>
      {request.error && (
        <PageFrame>
          <ErrorNotice
            title={
              request.data
                ? 'What you see may be old: the request could not be loaded again'
                : 'The request could not be loaded'
            }
            error={request.error}
            onRetry={request.reload}
          />
        </PageFrame>
      )}
      {request.data && (
        <RequestView
          key={request.data.id}
          request={request.data}
          onChanged={request.patch}
          onReload={request.reload}
        />
      )}
      {!request.data && !request.error && (
        <PageFrame>
          <RequestSkeleton />
        </PageFrame>
      )}
    </>
  );
};
