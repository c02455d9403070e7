import { Button, SearchField } from '@backstage/ui';
import { useEffect, useState } from 'react';
import { EntityPicker } from '../components/EntityPicker';
import { FilterSelect } from '../components/FilterSelect';
import pageStyles from '../components/Page.module.css';
import { useReference } from '../hooks/useReference';
import type { UrlFilters } from '../hooks/useUrlFilters';
import { environmentsOf } from '../words/environments';
import { resourcePhases } from '../words/resourceWords';
import type { ResourceFilterName } from './resourceFilters';

const TYPING_PAUSE_MS = 250;

/** Search and filters above the list of data resources. */
export const ResourceFilters = (props: {
  filters: UrlFilters<ResourceFilterName>;
}) => {
  const { filters } = props;
  const { types, instances } = useReference();

  return (
    <div
      role="search"
      aria-label="Filter data resources"
      className={pageStyles.filters}
    >
      <TextFilter filters={filters} />
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
      {filters.isFiltered && (
        <Button variant="tertiary" onPress={filters.clear}>
          Clear filters
        </Button>
      )}
    </div>
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
