import {
  coreServices,
  createServiceFactory,
  type BackstageCredentials,
} from '@backstage/backend-plugin-api';
import { AuthenticationError, NotAllowedError } from '@backstage/errors';

/** Carries a {@link TestCaller} as JSON, in place of a token. */
export const CALLER_HEADER = 'x-test-principal';

/** Who calls, as a test says it: a person's name, `service`, or a person by way of a plugin. */
export type TestCaller = string | { user: string; actor: string };

function principalOf(caller: TestCaller) {
  if (caller === 'service') {
    return { type: 'service' as const, subject: 'plugin:catalog' };
  }
  const { user, actor } =
    typeof caller === 'string' ? { user: caller, actor: undefined } : caller;
  return {
    type: 'user' as const,
    userEntityRef: `user:default/${user}`,
    actor: actor && { type: 'service', subject: actor },
  };
}

/** Believes the header. */
export const httpAuthFactory = createServiceFactory({
  service: coreServices.httpAuth,
  deps: {},
  factory: () => ({
    async credentials(req, options): Promise<BackstageCredentials<any>> {
      const header = req.header(CALLER_HEADER);
      if (!header) {
        throw new AuthenticationError('Missing credentials');
      }
      const principal = principalOf(JSON.parse(header));
      const allowed: readonly string[] | undefined = options?.allow;
      if (allowed && !allowed.includes(principal.type)) {
        throw new NotAllowedError(
          `This endpoint does not allow '${principal.type}' credentials`,
        );
      }
      return { $$type: '@backstage/BackstageCredentials', principal };
    },
    async issueUserCookie() {
      throw new Error('No cookies here');
    },
  }),
});
