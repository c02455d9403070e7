import type {
  BackstageCredentials,
  BackstageUserPrincipal,
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
    return this.#callerOf(await this.#userOf(req), this.#directory);
  }

  /** The same, for what only the person may do. */
  async resolveInPerson(
    req: Request<any, any, any, any, any>,
  ): Promise<Caller> {
    return (await this.resolveInPersonWith(req, async () => [])).caller;
  }

  /**
   * The same, of a call that needs to know of other entities as well: the catalog is asked for all of
   * them in one question, and the permissions meanwhile.
   *
   * @param others - told while the permissions are asked for
   * @returns with a directory that has the answer, for this call alone
   */
  async resolveInPersonWith(
    req: Request<any, any, any, any, any>,
    others: () => Promise<readonly string[]>,
  ): Promise<{ caller: Caller; directory: CatalogDirectory }> {
    const credentials = await this.#userOf(req);
    const permissions = this.#permissionsOf(credentials);
    permissions.foresee();
    const refs = await others();
    const directory = this.#directory.remembering();
    directory.foresee(refs);
    const caller = await this.#callerOf(credentials, directory, permissions);
    if (!caller.inPerson) {
      throw new NotAllowedError(
        'This needs you in person; something that acts on your behalf may not do it',
      );
    }
    return { caller, directory };
  }

  async #userOf(
    req: Request<any, any, any, any, any>,
  ): Promise<BackstageCredentials<BackstageUserPrincipal>> {
    return this.#httpAuth.credentials(req, { allow: ['user'] });
  }

  async #callerOf(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
    directory: CatalogDirectory,
    permissions: CallerPermissions = this.#permissionsOf(credentials),
  ): Promise<Caller> {
    const { principal } = credentials;
    return {
      userRef: principal.userEntityRef,
      groups: await directory.groupsOf(principal.userEntityRef),
      inPerson: principal.actor === undefined,
      permissions,
    };
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
