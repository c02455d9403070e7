import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Header } from '@backstage/ui';
import { useMemo } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { AskLink } from '../components/AskLink';
import { EmptyNotice } from '../components/EmptyNotice';
import { ErrorNotice } from '../components/ErrorNotice';
import pageStyles from '../components/Page.module.css';
import { PageFrame } from '../components/PageFrame';
import { RowTable } from '../components/RowTable';
import { useDocumentTitle } from '../hooks/useDocumentTitle';
import { usePages } from '../hooks/usePages';
import { useReference } from '../hooks/useReference';
import { type UrlFilters, useUrlFilters } from '../hooks/useUrlFilters';
import { ResourceFilters } from './ResourceFilters';
import { resourceColumns } from './resourceColumns';
import {
  type ResourceFilterName,
  resourceFilterNames,
  resourceQuery,
} from './resourceFilters';

/** Every data resource that the reader may see. */
export const ResourcesPage = () => {
  const api = useApi(dataResourcesApiRef);
  const filters = useUrlFilters(resourceFilterNames);
  const { types } = useReference();
  useDocumentTitle('Data resources');

  const query = resourceQuery(filters.values);
  const pages = usePages({
    key: JSON.stringify(query),
    load: cursor => api.getResources({ ...query, cursor }),
  });

  const columns = useMemo(() => resourceColumns(types), [types]);
  const isEmpty = pages.items?.length === 0 && !pages.isStale;

  return (
    <>
      <Header title="Data resources" customActions={<AskLink />} />
      <PageFrame>
        <ResourceFilters filters={filters} />
        {pages.error && (
          <ErrorNotice
            title="The data resources could not be loaded"
            error={pages.error}
            onRetry={pages.reload}
          />
        )}
        {isEmpty ? (
          <NoResources filters={filters} />
        ) : (
          (pages.items || !pages.error) && (
            <RowTable
              label="Data resources"
              columns={columns}
              rows={pages.items}
              rowKey={resource => resource.id}
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

function NoResources(props: { filters: UrlFilters<ResourceFilterName> }) {
  const { instances } = useReference();

  if (props.filters.isFiltered) {
    return (
      <EmptyNotice
        title="No data resource matches"
        action={
          <Button variant="secondary" onPress={props.filters.clear}>
            Clear filters
          </Button>
        }
      >
        Try other words, or take a filter away. Deleted ones are listed under
        the phase “Deleted”.
      </EmptyNotice>
    );
  }
  // What the portal keeps per instance tells an empty portal from one that hides its things.
  const isKept = instances.some(({ usage }) =>
    Object.values(usage).some(count => count > 0),
  );
  if (isKept) {
    return (
      <EmptyNotice title="Nothing here that you may see">
        There are data resources, but none is visible to you. Their owners’
        groups, or the platform group, can give you access.
      </EmptyNotice>
    );
  }
  return (
    <EmptyNotice title="No data resources yet" action={<AskLink />}>
      The first one appears here as soon as a request for it was approved.
    </EmptyNotice>
  );
}
