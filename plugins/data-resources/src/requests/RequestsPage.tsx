import { useApi, useRouteRef } from '@backstage/frontend-plugin-api';
import { Button, Header } from '@backstage/ui';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { AskLink } from '../components/AskLink';
import { ErrorNotice } from '../components/ErrorNotice';
import pageStyles from '../components/Page.module.css';
import { PageFrame } from '../components/PageFrame';
import { RowTable } from '../components/RowTable';
import { useDocumentTitle } from '../hooks/useDocumentTitle';
import { usePages } from '../hooks/usePages';
import { useReference } from '../hooks/useReference';
import { useUrlFilters } from '../hooks/useUrlFilters';
import { requestsRouteRef } from '../routes';
import { BatchApproval } from './BatchApproval';
import { NoRequests } from './NoRequests';
import { RequestFilters } from './RequestFilters';
import { requestColumns } from './requestColumns';
import {
  readView,
  requestFilterNames,
  requestQuery,
  requestViews,
} from './requestFilters';

/** Requests: the reader's own, those that wait for a decision of theirs, and all. */
export const RequestsPage = () => {
  const api = useApi(dataResourcesApiRef);
  const base = useRouteRef(requestsRouteRef)?.() ?? '';
  const [params] = useSearchParams();
  const view = readView(params);
  const filters = useUrlFilters(requestFilterNames);
  const { types } = useReference();

  const query = requestQuery(view, filters.values);
  const pages = usePages({
    key: JSON.stringify(query),
    load: cursor => api.getRequests({ ...query, cursor }),
  });

  const label = requestViews.find(({ id }) => id === view)!.label;
  useDocumentTitle(`Requests: ${label.toLocaleLowerCase('en-US')}`);

  const columns = useMemo(() => requestColumns(types), [types]);
  const isEmpty = pages.items?.length === 0 && !pages.isStale;

  return (
    <>
      <Header
        title="Requests"
        customActions={<AskLink />}
        activeTabId={view}
        tabs={requestViews.map(({ id, label: tab }) => ({
          id,
          label: tab,
          href: `${base}?view=${id}`,
        }))}
      />
      <PageFrame>
        <RequestFilters view={view} filters={filters} />
        {filters.values.batch && (
          <BatchApproval
            key={filters.values.batch}
            batchId={filters.values.batch}
            onDecided={pages.reload}
          />
        )}
        {pages.error && (
          <ErrorNotice
            title="The requests could not be loaded"
            error={pages.error}
            onRetry={pages.reload}
          />
        )}
        {isEmpty ? (
          <NoRequests view={view} filters={filters} />
        ) : (
          (pages.items || !pages.error) && (
            <RowTable
              label={`Requests: ${label.toLocaleLowerCase('en-US')}`}
              columns={columns}
              rows={pages.items}
              rowKey={request => request.id}
              isStale={pages.isStale}
            />
          )
        )}
        {pages.hasMore && (
          <div className={pageStyles.centred}>
            <Button
              variant="secondary"
              isPending={pages.isLoadingMore}
              onPress={pages.loadMore}
            >
              Load more
            </Button>
          </div>
        )}
      </PageFrame>
    </>
  );
};
