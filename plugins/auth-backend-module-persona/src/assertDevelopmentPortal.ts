import { RootConfigService } from '@backstage/backend-plugin-api';
import { ForwardedError, NotAllowedError } from '@backstage/errors';
import { isLoopbackHost } from './loopback';

const WHY =
  'the persona sign-in lets anyone who reaches the backend act as any user';

/**
 * Throws unless this is a development portal that only this machine reaches.
 *
 * @throws NotAllowedError that names what was found, where it is configured
 * and what would be right.
 */
export function assertDevelopmentPortal(options: {
  nodeEnv: string | undefined;
  config: RootConfigService;
}): void {
  const { nodeEnv, config } = options;
  if (nodeEnv !== 'development') {
    throw new NotAllowedError(
      `Refusing to start: ${WHY}, so NODE_ENV must be exactly 'development', not ${quote(
        nodeEnv,
      )}. Remove @data-resources/plugin-auth-backend-module-persona from this backend, or start it for development`,
    );
  }

  const host = readListenHost(config);
  if (!host || !isLoopbackHost(host)) {
    throw new NotAllowedError(
      `Refusing to start: ${WHY}, so backend.listen.host must be '127.0.0.1', 'localhost' or '::1', not ${
        host ? quote(host) : 'unset, which means every network interface'
      }`,
    );
  }
}

/** The host of `backend.listen`, in each of the forms that Backstage accepts. */
function readListenHost(config: RootConfigService): string | undefined {
  const listen = config.getOptional('backend.listen');
  if (typeof listen === 'string') {
    const [host, port] = listen.split(':');
    return port === undefined ? undefined : host;
  }
  try {
    return config.getOptionalString('backend.listen.host');
  } catch (error) {
    throw new ForwardedError('Cannot tell where the backend listens', error);
  }
}

function quote(value: string | undefined): string {
  return value === undefined ? 'unset' : `'${value}'`;
}
