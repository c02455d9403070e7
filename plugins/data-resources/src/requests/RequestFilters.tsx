import { FilterSelect } from '../components/FilterSelect';
import {
  EnvironmentFilter,
  InstanceFilter,
  ListFilters,
  TypeFilter,
} from '../components/ListFilters';
import type { UrlFilters } from '../hooks/useUrlFilters';
import { requestActions, requestStates } from '../words/requestWords';
import type { RequestFilterName, RequestView } from './requestFilters';

/** The filters above the list of requests. */
export const RequestFilters = (props: {
  view: RequestView;
  filters: UrlFilters<RequestFilterName>;
}) => {
  const { view, filters } = props;
  return (
    <ListFilters label="Filter requests" filters={filters}>
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
      <TypeFilter filters={filters} />
      <InstanceFilter filters={filters} />
      <EnvironmentFilter filters={filters} />
    </ListFilters>
  );
};
