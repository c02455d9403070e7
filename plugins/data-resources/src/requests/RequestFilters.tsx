import { Button } from '@backstage/ui';
import pageStyles from '../components/Page.module.css';
import { FilterSelect } from '../components/FilterSelect';
import type { UrlFilters } from '../hooks/useUrlFilters';
import { useReference } from '../hooks/useReference';
import { requestActions, requestStates } from '../words/requestWords';
import { environmentsOf } from '../words/environments';
import type { RequestFilterName, RequestView } from './requestFilters';

/** The filters above the list of requests. */
export const RequestFilters = (props: {
  view: RequestView;
  filters: UrlFilters<RequestFilterName>;
}) => {
  const { view, filters } = props;
  const { types, instances } = useReference();

  return (
    <div
      role="search"
      aria-label="Filter requests"
      className={pageStyles.filters}
    >
      {view !== 'waiting' && (
        <FilterSelect
          label="State"
          value={filters.values.state}
          options={Object.entries(requestStates).map(([id, { label }]) => ({
            id,
            label,
          }))}
          onChange={value => filters.set('state', value)}
        />
      )}
      <FilterSelect
        label="Action"
        value={filters.values.action}
        options={Object.entries(requestActions).map(([id, label]) => ({
          id,
          label,
        }))}
        onChange={value => filters.set('action', value)}
      />
      <FilterSelect
        label="Type"
        value={filters.values.type}
        options={types.map(({ type, title }) => ({ id: type, label: title }))}
        onChange={value => filters.set('type', value)}
      />
      <FilterSelect
        label="Instance"
        value={filters.values.instance}
        options={instances.map(({ name, title }) => ({
          id: name,
          label: title,
        }))}
        onChange={value => filters.set('instance', value)}
      />
      <FilterSelect
        label="Environment"
        value={filters.values.environment}
        options={environmentsOf(instances)}
        onChange={value => filters.set('environment', value)}
      />
      {filters.isFiltered && (
        <Button variant="tertiary" onPress={filters.clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
};
