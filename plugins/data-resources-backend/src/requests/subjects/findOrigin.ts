import type { ResourceRow } from '../../database/rows';
import { RequestInputError, type CreateRequestInput } from '../input';
import { noSuchOrigin } from '../noSuchSubject';
import type { Place } from './findPlace';
import type { SubjectSources } from './SubjectSources';

/**
 * The resource that a new one is promoted from. Throws `RequestInputError` where there is none, or
 * where the new one would be no step forward from it.
 */
export async function findOrigin(
  input: CreateRequestInput,
  { instance, type }: Place,
  { ledger, environments }: SubjectSources,
): Promise<ResourceRow | undefined> {
  if (!input.promotedFrom) {
    return undefined;
  }
  const origin = await ledger.resource(input.promotedFrom);
  if (!origin || origin.phase === 'deleted') {
    throw noSuchOrigin(input.promotedFrom);
  }
  if (origin.type !== type.type) {
    throw new RequestInputError(
      `promotedFrom is a ${origin.type}, and a ${type.type} is asked for; promote it as what it is`,
      { path: 'promotedFrom' },
    );
  }
  const stage = (environment: string) => environments.indexOf(environment);
  if (stage(instance.environment) <= stage(origin.environment)) {
    throw new RequestInputError(
      `instance ${instance.name} is in ${instance.environment}, and ${
        origin.name
      } is in ${
        origin.environment
      }; a promotion goes to a later one of ${environments.join(', ')}`,
      { path: 'instance' },
    );
  }
  return origin;
}
