import { useApi } from '@backstage/frontend-plugin-api';
import { Button, Header } from '@backstage/ui';
import type {
  Discovery,
  DiscoveryList,
} from '@data-resources/plugin-data-resources-common';
import { useMemo, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { EmptyNotice } from '../components/EmptyNotice';
import { ErrorNotice } from '../components/ErrorNotice';
import pageStyles from '../components/Page.module.css';
import { PageFrame } from '../components/PageFrame';
import { RowTable } from '../components/RowTable';
import { useDocumentTitle } from '../hooks/useDocumentTitle';
import { usePages } from '../hooks/usePages';
import { useReference } from '../hooks/useReference';
import { useUrlFilters } from '../hooks/useUrlFilters';
import { AdoptionBar } from './AdoptionBar';
import { AdoptionResults } from './AdoptionResults';
import { discoveryColumns } from './discoveryColumns';
import { DiscoveryFilters } from './DiscoveryFilters';
import { discoveryFilterNames, discoveryQuery } from './discoveryFilters';
import { Freshness } from './Freshness';
import { useAdopt } from './useAdopt';

const PAGE = 100;

/** What is on the instances and nobody manages, and the way to take it over. */
export const AdoptionPage = () => {
  const api = useApi(dataResourcesApiRef);
  const filters = useUrlFilters(discoveryFilterNames);
  const { types } = useReference();
  const [about, setAbout] = useState<Omit<DiscoveryList, 'items'>>();
  const [selected, setSelected] = useState<ReadonlyMap<string, Discovery>>(
    new Map(),
  );
  const adopt = useAdopt();
  useDocumentTitle('Adoption');

  const query = discoveryQuery(filters.values);
  const pages = usePages({
    key: JSON.stringify(query),
    load: async cursor => {
      const list = await api.getDiscoveries({ ...query, cursor, limit: PAGE });
      setAbout(list);
      return list;
    },
  });
  const mayAdopt = about?.can.includes('adopt') ?? false;

  const columns = useMemo(
    () =>
      discoveryColumns({
        types,
        selection: mayAdopt
          ? {
              has: ({ id }) => selected.has(id),
              set: (discovery, isSelected) =>
                setSelected(before => {
                  const next = new Map(before);
                  next.delete(discovery.id);
                  return isSelected ? next.set(discovery.id, discovery) : next;
                }),
            }
          : undefined,
      }),
    [types, mayAdopt, selected],
  );
  const shown = (pages.items ?? []).filter(({ internal }) => !internal);
  const isEmpty = pages.items?.length === 0 && !pages.isStale;

  return (
    <>
      <Header title="Adoption" />
      <PageFrame>
        <DiscoveryFilters filters={filters} />
        {about && <Freshness instances={about.instances} />}
        {adopt.results && (
          <AdoptionResults
            results={adopt.results}
            onClose={adopt.forgetResults}
          />
        )}
        {pages.error && (
          <ErrorNotice
            title="What nobody manages could not be loaded"
            error={pages.error}
            onRetry={pages.reload}
          />
        )}
        {isEmpty ? (
          <EmptyNotice
            title={
              filters.isFiltered
                ? 'Nothing matches these filters'
                : 'Nothing that you may see is left to adopt'
            }
          >
            The platform team sees everything that nobody manages; others see
            what may belong to their groups.
          </EmptyNotice>
        ) : (
          (pages.items || !pages.error) && (
            <>
              {mayAdopt && shown.length > 0 && (
                <div>
                  <Button
                    variant="tertiary"
                    onPress={() =>
                      setSelected(
                        before =>
                          new Map([
                            ...before,
                            ...shown.map(
                              each => [each.id, each] as [string, Discovery],
                            ),
                          ]),
                      )
                    }
                  >
                    {shown.length === 1
                      ? 'Select the one that is shown'
                      : `Select all ${shown.length} that are shown`}
                  </Button>
                </div>
              )}
              <RowTable
                label="What nobody manages"
                columns={columns}
                rows={pages.items}
                rowKey={({ id }) => id}
                isStale={pages.isStale}
              />
            </>
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
        {selected.size > 0 && (
          <AdoptionBar
            selected={[...selected.values()]}
            isPending={adopt.isPending}
            error={adopt.error}
            onClear={() => setSelected(new Map())}
            onAdopt={async choice => {
              const results = await adopt.run([...selected.values()], choice);
              if (results) {
                // What was refused stays selected: it may be tried with another owner.
                setSelected(
                  new Map(
                    results
                      .filter(({ error }) => error)
                      .map(({ discovery }) => [discovery.id, discovery]),
                  ),
                );
                await pages.reload();
              }
            }}
          />
        )}
      </PageFrame>
    </>
  );
};
