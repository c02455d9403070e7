import type {
  BackstageCredentials,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import type { Request } from 'express';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { CallerPermissions } from '../permissions';
import type { Caller } from './Caller';

export interface CallerResolverOptions {
  httpAuth: HttpAuthService;
  directory: CatalogDirectory;
  /** What the permission policy lets somebody do. */
  permissionsOf(credentials: BackstageCredentials): CallerPermissions;
}

/** Tells who calls from the request's credentials; users only. */
export class CallerResolver {
  readonly #httpAuth: HttpAuthService;
  readonly #directory: CatalogDirectory;
  readonly #permissionsOf: CallerResolverOptions['permissionsOf'];

  private constructor(options: CallerResolverOptions) {
    this.#httpAuth = options.httpAuth;
    this.#directory = options.directory;
    this.#permissionsOf = options.permissionsOf;
  }

  static create(options: CallerResolverOptions): CallerResolver {
    return new CallerResolver(options);
  }

  /** Throws `NotAllowedError` for services, `AuthenticationError` without a valid token. */
  async resolve(req: Request<any, any, any, any, any>): Promise<Caller> {
    const credentials = await this.#httpAuth.credentials(req, {
      allow: ['user'],
    });
    const { principal } = credentials;
    return {
      userRef: principal.userEntityRef,
      groups: await this.#directory.groupsOf(principal.userEntityRef),
      inPerson: principal.actor === undefined,
      permissions: this.#permissionsOf(credentials),
    };
  }

  /** The same, for what only the person may do. */
  async resolveInPerson(
    req: Request<any, any, any, any, any>,
  ): Promise<Caller> {
    const caller = await this.resolve(req);
    if (!caller.inPerson) {
      throw new NotAllowedError(
        'This needs you in person; something that acts on your behalf may not do it',
      );
    }
    return caller;
  }

  /** Throws `AuthenticationError` unless a user or a service calls. */
  async requireAnybody(req: Request<any, any, any, any, any>): Promise<void> {
    await this.#httpAuth.credentials(req, { allow: ['user', 'service'] });
  }

  /** Throws unless a service calls. */
  async requireService(req: Request<any, any, any, any, any>): Promise<void> {
    await this.#httpAuth.credentials(req, { allow: ['service'] });
  }
}
