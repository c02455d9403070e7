import {
  getCompoundEntityRef,
  parseEntityRef,
  type Entity,
} from '@backstage/catalog-model';
import {
  processingResult,
  type CatalogProcessor,
  type CatalogProcessorEmit,
  type LocationSpec,
} from '@backstage/plugin-catalog-node';
import { LOCATION_TYPE } from '../entities/location';

/**
 * Relation from a resource to a component that puts data into it.
 *
 * @public
 */
export const RELATION_PRODUCED_BY = 'producedBy';
/**
 * The inverse of {@link RELATION_PRODUCED_BY}.
 *
 * @public
 */
export const RELATION_PRODUCES_TO = 'producesTo';
/**
 * Relation from a resource to a component that takes data from it.
 *
 * @public
 */
export const RELATION_CONSUMED_BY = 'consumedBy';
/**
 * The inverse of {@link RELATION_CONSUMED_BY}.
 *
 * @public
 */
export const RELATION_CONSUMES_FROM = 'consumesFrom';

const PRODUCED = [RELATION_PRODUCED_BY, RELATION_PRODUCES_TO] as const;
const CONSUMED = [RELATION_CONSUMED_BY, RELATION_CONSUMES_FROM] as const;

/** Who may write as well as read may do only one of it; which is not known from the role. */
const RELATIONS_BY_ROLE: Record<string, readonly [string, string]> = {
  producer: PRODUCED,
  writer: PRODUCED,
  owner: PRODUCED,
  admin: PRODUCED,
  consumer: CONSUMED,
  reader: CONSUMED,
};

/** Says who produces into a resource and who consumes from it, as relations. */
export class DataAccessProcessor implements CatalogProcessor {
  getProcessorName(): string {
    return 'DataAccessProcessor';
  }

  async postProcessEntity(
    entity: Entity,
    location: LocationSpec,
    emit: CatalogProcessorEmit,
  ): Promise<Entity> {
    if (location.type !== LOCATION_TYPE) {
      return entity;
    }
    const resource = getCompoundEntityRef(entity);
    const access = entity.spec?.access as
      | { principal: string; role: string }[]
      | undefined;
    for (const { principal, role } of access ?? []) {
      const relations = RELATIONS_BY_ROLE[role];
      if (relations) {
        const workload = parseEntityRef(principal);
        const [type, inverse] = relations;
        emit(
          processingResult.relation({
            source: resource,
            target: workload,
            type,
          }),
        );
        emit(
          processingResult.relation({
            source: workload,
            target: resource,
            type: inverse,
          }),
        );
      }
    }
    return entity;
  }
}
