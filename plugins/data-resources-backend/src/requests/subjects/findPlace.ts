import type { ResourceType } from '@data-resources/plugin-data-resources-node';
import type { ManagedInstance } from '../../instances/ManagedInstance';
import { RequestInputError } from '../input';
import type { SubjectSources } from './SubjectSources';

/** Where something that is not in the ledger is, or will be. */
export interface Place {
  instance: ManagedInstance;
  type: ResourceType;
}

/** Throws `RequestInputError` where there is no such instance, or it does not have the type. */
export function findPlace(
  input: { instance: string; type: string },
  { instances }: SubjectSources,
): Place {
  const instance = instances.get(input.instance);
  if (!instance) {
    const known = instances.all().map(({ name }) => name);
    throw new RequestInputError(
      `instance is ${JSON.stringify(
        input.instance,
      )}, which is not configured; there are ${known.join(', ') || 'none'}`,
      { path: 'instance' },
    );
  }
  const type = instance.types.find(({ type: name }) => name === input.type);
  if (!type) {
    throw new RequestInputError(
      `instance ${instance.name} is ${
        instance.engine
      } and offers ${instance.types
        .map(({ type: name }) => name)
        .join(', ')}, not ${input.type}`,
      { path: 'instance' },
    );
  }
  return { instance, type };
}

/**
 * The members of the group that is to own something. Throws `RequestInputError` where the catalog
 * does not have that group, or the system.
 */
export async function findOwners(
  input: { owner: string; system?: string },
  { directory }: SubjectSources,
): Promise<readonly string[]> {
  const members = await directory.membersOf(input.owner);
  if (!members) {
    throw new RequestInputError(
      `owner is ${input.owner}, and the catalog has no such group`,
      { path: 'owner' },
    );
  }
  if (input.system && !(await directory.exists(input.system))) {
    throw new RequestInputError(
      `system is ${input.system}, and the catalog has no such system`,
      { path: 'system' },
    );
  }
  return members;
}
