import { RootConfigService } from '@backstage/backend-plugin-api';
import { parsePersonRef } from './personRef';

const PEOPLE_PATH = 'auth.providers.persona.people';

/**
 * Reads the people that the sign-in page lists, `auth.providers.persona.people`.
 *
 * @returns User entity refs in the configured order.
 * @throws InputError with the path of the entry that is no user reference.
 */
export function readPeople(config: RootConfigService): string[] {
  return config
    .getStringArray(PEOPLE_PATH)
    .map((ref, index) => parsePersonRef(ref, `${PEOPLE_PATH}[${index}]`));
}
