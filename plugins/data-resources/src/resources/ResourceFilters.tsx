import { SearchField } from '@backstage/ui';
import { useEffect, useState } from 'react';
import { EntityPicker } from '../components/EntityPicker';
import { FilterSelect } from '../components/FilterSelect';
import pageStyles from '../components/Page.module.css';
import {
  EnvironmentFilter,
  InstanceFilter,
  ListFilters,
  TypeFilter,
} from '../components/ListFilters';
import type { UrlFilters } from '../hooks/useUrlFilters';
import { resourcePhases } from '../words/resourceWords';
import type { ResourceFilterName } from './resourceFilters';

const TYPING_PAUSE_MS = 250;

/** Search and filters above the list of data resources. */
export const ResourceFilters = (props: {
  filters: UrlFilters<ResourceFilterName>;
}) => {
  const { filters } = props;
  return (
    <ListFilters label="Filter data resources" filters={filters}>
      <TextFilter filters={filters} />
      <TypeFilter filters={filters} />
      <InstanceFilter filters={filters} />
      <EnvironmentFilter filters={filters} />
      <FilterSelect
        label="Phase"
        value={filters.values.phase}
        options={Object.entries(resourcePhases).map(([id, { label }]) => ({
          id,
          label,
        }))}
        onChange={value => filters.set('phase', value)}
      />
      <EntityPicker
        label="Owner"
        placeholder="Any"
        filter={{ kind: 'group' }}
        value={filters.values.owner}
        onChange={value => filters.set('owner', value)}
      />
      <EntityPicker
        label="System"
        placeholder="Any"
        filter={{ kind: 'system' }}
        value={filters.values.system}
        onChange={value => filters.set('system', value)}
      />
    </ListFilters>
  );
};

/** Asks once the typing pauses, not for every letter. */
function TextFilter(props: { filters: UrlFilters<ResourceFilterName> }) {
  const { values, set } = props.filters;
  const asked = values.q ?? '';
  const [text, setText] = useState(asked);

  // The address changed by itself: a step back, or "Clear filters".
  useEffect(() => setText(asked), [asked]);

  useEffect(() => {
    if (text.trim() === asked) {
      return undefined;
    }
    const timer = setTimeout(
      () => set('q', text.trim() || undefined, { replace: true }),
      TYPING_PAUSE_MS,
    );
    return () => clearTimeout(timer);
  }, [text, asked, set]);

  return (
    <SearchField
      className={pageStyles.search}
      label="Search"
      placeholder="Name or description"
      size="small"
      value={text}
      onChange={setText}
    />
  );
}
