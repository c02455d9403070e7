import { useApi, useApiHolder } from '@backstage/frontend-plugin-api';
import {
  catalogApiRef,
  defaultEntityPresentation,
  entityPresentationApiRef,
} from '@backstage/plugin-catalog-react';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Combobox, useAsyncList } from '@backstage/ui';
import { entityName } from '../words/entityName';

/** An entity that can be picked. */
export interface PickedEntity {
  /** The full ref. */
  id: string;
  label: string;
  description?: string;
}

/**
 * Picks an entity of the catalog. The catalog searches: however many there are, a page of them is
 * loaded.
 */
export const EntityPicker = (props: {
  label: string;
  /** A catalog filter, e.g. `{ kind: 'group' }`. Mount anew for another one. */
  filter: Record<string, string | string[]>;
  value?: string;
  onChange(entityRef: string | undefined): void;
  placeholder?: string;
  description?: string;
  isRequired?: boolean;
}) => {
  const catalog = useApi(catalogApiRef);
  const presentation = useApiHolder().get(entityPresentationApiRef);

  const list = useAsyncList<PickedEntity>({
    async load({ filterText }) {
      const { items } = await catalog.queryEntities({
        filter: props.filter,
        limit: 20,
        orderFields: [{ field: 'metadata.name', order: 'asc' }],
        ...(filterText && {
          fullTextFilter: {
            term: filterText,
            fields: [
              'metadata.name',
              'metadata.title',
              'spec.profile.displayName',
            ],
          },
        }),
      });
      return {
        items: items.map(entity => {
          const id = stringifyEntityRef(entity);
          const { primaryTitle } =
            presentation?.forEntity(entity).snapshot ??
            defaultEntityPresentation(entity);
          return {
            id,
            label: primaryTitle,
            description: primaryTitle === entity.metadata.name ? undefined : id,
          };
        }),
      };
    },
  });

  const picked = props.value
    ? list.items.find(({ id }) => id === props.value) ?? {
        id: props.value,
        label: entityName(props.value),
      }
    : null;

  return (
    <Combobox
      label={props.label}
      description={props.description}
      placeholder={props.placeholder}
      isRequired={props.isRequired}
      options={list}
      search={{ mode: 'server' }}
      value={picked}
      onChange={option => props.onChange(option?.id)}
    />
  );
};
