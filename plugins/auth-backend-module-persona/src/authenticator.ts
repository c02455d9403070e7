import { AuthenticationError, NotAllowedError } from '@backstage/errors';
import {
  createProxyAuthenticator,
  ProxyAuthenticator,
} from '@backstage/plugin-auth-node';
import { isLoopbackHost } from './loopback';
import { parsePersonRef } from './personRef';
import { findPerson } from './resolver';

/** Id of the provider, in the route and in the configuration. */
export const PERSONA_PROVIDER_ID = 'persona';

/** What the header said: the person the caller wants to be. */
export type PersonaResult = {
  /** Full, lower-case entity ref of a user. */
  userEntityRef: string;
};

/** Takes the person from the header `X-Persona`; nothing proves who is asking. */
export function createPersonaAuthenticator(): ProxyAuthenticator<
  undefined,
  PersonaResult
> {
  return createProxyAuthenticator({
    async defaultProfileTransform(result, ctx) {
      const { spec } = await findPerson(result.userEntityRef, ctx);
      return { profile: { ...spec.profile } };
    },
    initialize() {
      return undefined;
    },
    async authenticate({ req }) {
      assertLocalHostHeader(req.headers.host);
      const ref = req.header('x-persona');
      if (!ref) {
        throw new AuthenticationError(
          "The header X-Persona is missing; it names who signs in, for example 'X-Persona: user:default/payments-dev'",
        );
      }
      return { result: { userEntityRef: parsePersonRef(ref, 'X-Persona') } };
    },
  });
}

/**
 * Refuses requests that came by another name than this machine's own.
 *
 * A web page cannot send `X-Persona` across origins, for the browser asks
 * CORS first. It could by pointing its own name at 127.0.0.1 (DNS rebinding),
 * and then `Host` holds that name.
 */
function assertLocalHostHeader(host: string | undefined): void {
  const name = host?.replace(/:\d+$/, '') ?? '';
  if (!isLoopbackHost(name)) {
    throw new NotAllowedError(
      `The development sign-in answers on 127.0.0.1, localhost and ::1 only, not on ${JSON.stringify(
        name.slice(0, 200),
      )}`,
    );
  }
}
