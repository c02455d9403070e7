import { Button, Checkbox } from '@backstage/ui';
import { EntityPicker } from '../components/EntityPicker';
import { FilterSelect } from '../components/FilterSelect';
import pageStyles from '../components/Page.module.css';
import { useReference } from '../hooks/useReference';
import type { UrlFilters } from '../hooks/useUrlFilters';
import type { DiscoveryFilterName } from './discoveryFilters';

/** The filters above the list of what nobody manages. */
export const DiscoveryFilters = (props: {
  filters: UrlFilters<DiscoveryFilterName>;
}) => {
  const { filters } = props;
  const { types, instances } = useReference();

  return (
    <div
      role="search"
      aria-label="Filter discoveries"
      className={pageStyles.filters}
    >
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
        label="Type"
        value={filters.values.type}
        options={types.map(({ type, title }) => ({ id: type, label: title }))}
        onChange={value => filters.set('type', value)}
      />
      <EntityPicker
        label="Suggested owner"
        placeholder="Any"
        filter={{ kind: 'group' }}
        value={filters.values.owner}
        onChange={value => filters.set('owner', value)}
      />
      <Checkbox
        isSelected={filters.values.internal === 'true'}
        onChange={value => filters.set('internal', value ? 'true' : undefined)}
      >
        Show what tools keep for themselves
      </Checkbox>
      {filters.isFiltered && (
        <Button variant="tertiary" onPress={filters.clear}>
          Clear filters
        </Button>
      )}
    </div>
  );
};
