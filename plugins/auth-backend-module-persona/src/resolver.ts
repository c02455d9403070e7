import { isUserEntity, UserEntity } from '@backstage/catalog-model';
import { NotFoundError } from '@backstage/errors';
import {
  AuthResolverContext,
  SignInResolver,
} from '@backstage/plugin-auth-node';
import { PersonaResult } from './authenticator';

/** Signs the named person in, with the ownership that the catalog gives them. */
export const personaSignInResolver: SignInResolver<PersonaResult> = async (
  { result },
  ctx,
) => ctx.signInWithCatalogUser({ entityRef: result.userEntityRef });

/**
 * Looks a person up in the catalog.
 *
 * @throws NotFoundError if there is no such user.
 */
export async function findPerson(
  userEntityRef: string,
  ctx: AuthResolverContext,
): Promise<UserEntity> {
  const { entity } = await ctx
    .findCatalogUser({ entityRef: userEntityRef })
    .catch(error => {
      if (error.name !== 'NotFoundError') {
        throw error;
      }
      throw new NotFoundError(
        `There is no '${userEntityRef}' in the catalog. X-Persona must name one of its users; just after the start the catalog may still be empty`,
      );
    });
  if (!isUserEntity(entity)) {
    throw new NotFoundError(`'${userEntityRef}' is no User`);
  }
  return entity;
}
