import { parseEntityRef } from '@backstage/catalog-model';

/** The bare name in an entity ref; what is no ref stays as it is. */
export function entityName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}
