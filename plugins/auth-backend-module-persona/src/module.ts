import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import {
  authProvidersExtensionPoint,
  createProxyAuthProviderFactory,
} from '@backstage/plugin-auth-node';
import { assertDevelopmentPortal } from './assertDevelopmentPortal';
import { readPeople } from './people';
import {
  createPersonaAuthenticator,
  PERSONA_PROVIDER_ID,
} from './authenticator';
import { personaSignInResolver } from './resolver';

/**
 * Registers the auth provider `persona`: whoever can reach the backend signs
 * in as any user of the catalog, by name and without a password. It is there
 * so that a development portal has several people to ask and to approve with.
 *
 * @remarks
 *
 * The backend's start fails unless `NODE_ENV` is exactly `development` and
 * `backend.listen` names a loopback address. Failing is deliberate: a provider
 * that merely stayed away would leave a portal that nobody can sign in to, and
 * a note in the log that nobody reads.
 *
 * Scripts call `POST /api/auth/persona/refresh` with the header
 * `X-Persona: user:default/<name>`. Backstage routes GET and POST of `refresh`
 * to the same handler; its own sign-in page uses GET.
 *
 * @public
 */
export const authModulePersonaProvider = createBackendModule({
  pluginId: 'auth',
  moduleId: 'persona-provider',
  register(reg) {
    reg.registerInit({
      deps: {
        config: coreServices.rootConfig,
        logger: coreServices.logger,
        providers: authProvidersExtensionPoint,
      },
      async init({ config, logger, providers }) {
        // Here and not in the provider's factory: the auth plugin only logs a
        // factory's failure in development and carries on.
        assertDevelopmentPortal({ nodeEnv: process.env.NODE_ENV, config });
        const people = readPeople(config);

        providers.registerProvider({
          providerId: PERSONA_PROVIDER_ID,
          factory: createProxyAuthProviderFactory({
            authenticator: createPersonaAuthenticator(),
            signInResolver: personaSignInResolver,
          }),
        });
        logger.warn(
          `Development sign-in is on: anyone on this machine may sign in as any user of the catalog, the sign-in page offers ${people.length}`,
        );
      },
    });
  },
});
