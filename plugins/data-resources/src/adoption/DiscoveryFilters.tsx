import { Checkbox } from '@backstage/ui';
import { EntityPicker } from '../components/EntityPicker';
import {
  InstanceFilter,
  ListFilters,
  TypeFilter,
} from '../components/ListFilters';
import type { UrlFilters } from '../hooks/useUrlFilters';
import type { DiscoveryFilterName } from './discoveryFilters';

/** The filters above the list of what nobody manages. */
export const DiscoveryFilters = (props: {
  filters: UrlFilters<DiscoveryFilterName>;
}) => {
  const { filters } = props;
  return (
    <ListFilters label="Filter discoveries" filters={filters}>
      <InstanceFilter filters={filters} />
      <TypeFilter filters={filters} />
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
    </ListFilters>
  );
};
