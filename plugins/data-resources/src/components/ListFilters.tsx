import { Button } from '@backstage/ui';
import type { ReactNode } from 'react';
import { useReference } from '../hooks/useReference';
import type { UrlFilters } from '../hooks/useUrlFilters';
import { environmentsOf } from '../words/environments';
import { FilterSelect } from './FilterSelect';
import pageStyles from './Page.module.css';

/** The row of filters above a list, with a way out of them. */
export const ListFilters = <K extends string>(props: {
  /** What is filtered, e.g. `Filter requests`. */
  label: string;
  filters: UrlFilters<K>;
  children: ReactNode;
}) => (
  <div role="search" aria-label={props.label} className={pageStyles.filters}>
    {props.children}
    {props.filters.isFiltered && (
      <Button variant="tertiary" onPress={props.filters.clear}>
        Clear filters
      </Button>
    )}
  </div>
);

/** Filters by a type that the portal knows. */
export const TypeFilter = (props: { filters: UrlFilters<'type'> }) => {
  const { types } = useReference();
  return (
    <FilterSelect
      label="Type"
      value={props.filters.values.type}
      options={types.map(({ type, title }) => ({ id: type, label: title }))}
      onChange={value => props.filters.set('type', value)}
    />
  );
};

/** Filters by an instance that the portal knows. */
export const InstanceFilter = (props: { filters: UrlFilters<'instance'> }) => {
  const { instances } = useReference();
  return (
    <FilterSelect
      label="Instance"
      value={props.filters.values.instance}
      options={instances.map(({ name, title }) => ({ id: name, label: title }))}
      onChange={value => props.filters.set('instance', value)}
    />
  );
};

/** Filters by an environment that has an instance. */
export const EnvironmentFilter = (props: {
  filters: UrlFilters<'environment'>;
}) => {
  const { instances } = useReference();
  return (
    <FilterSelect
      label="Environment"
      value={props.filters.values.environment}
      options={environmentsOf(instances)}
      onChange={value => props.filters.set('environment', value)}
    />
  );
};
