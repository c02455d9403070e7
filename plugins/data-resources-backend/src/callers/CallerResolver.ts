import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import type { Request } from 'express';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { Caller } from './Caller';

/** Tells who calls from the request's credentials; users only. */
export class CallerResolver {
  readonly #httpAuth: HttpAuthService;
  readonly #directory: CatalogDirectory;

  private constructor(options: {
    httpAuth: HttpAuthService;
    directory: CatalogDirectory;
  }) {
    this.#httpAuth = options.httpAuth;
    this.#directory = options.directory;
  }

  static create(options: {
    httpAuth: HttpAuthService;
    directory: CatalogDirectory;
  }): CallerResolver {
    return new CallerResolver(options);
  }

  /** Throws `NotAllowedError` for services, `AuthenticationError` without a valid token. */
  async resolve(req: Request<any, any, any, any, any>): Promise<Caller> {
    const { principal } = await this.#httpAuth.credentials(req, {
      allow: ['user'],
    });
    return {
      userRef: principal.userEntityRef,
      groups: await this.#directory.groupsOf(principal.userEntityRef),
      inPerson: principal.actor === undefined,
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
