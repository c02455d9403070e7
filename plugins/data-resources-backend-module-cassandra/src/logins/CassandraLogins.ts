import {
  type CallContext,
  type LoginProvider,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { disableLogin, enableLogin, limitLogin } from '../cql/statements';
import type { RoleReader } from '../roles/RoleReader';
import { provesOwnership, type RoleState } from '../roles/roleState';
import { whyNoSuperuser } from '../roles/whyNoSuperuser';
import type { CassandraSession } from '../session/CassandraSession';
import { Deadline } from '../session/Deadline';
import { hashPassword } from './hashPassword';

/** Options of {@link CassandraLogins}. */
export interface CassandraLoginsOptions {
  session: CassandraSession;
  roles: RoleReader;
  /** The data centres that logins are limited to; all unless told. */
  dataCenters?: readonly string[];
  callTimeoutMs: number;
}

/**
 * A slot is a role with or without LOGIN. Who is connected stays so when it loses it, and
 * nodes may go on for as long as `roles_validity` and `credentials_validity` say.
 */
export class CassandraLogins implements LoginProvider {
  readonly #session: CassandraSession;
  readonly #roles: RoleReader;
  readonly #dataCenters?: readonly string[];
  readonly #callTimeoutMs: number;

  private constructor(options: CassandraLoginsOptions) {
    this.#session = options.session;
    this.#roles = options.roles;
    this.#dataCenters = options.dataCenters;
    this.#callTimeoutMs = options.callTimeoutMs;
  }

  static create(options: CassandraLoginsOptions): CassandraLogins {
    return new CassandraLogins(options);
  }

  async enable(
    { username, password }: { username: string; password: string },
    context: CallContext,
  ): Promise<void> {
    const deadline = Deadline.start(context, this.#callTimeoutMs);
    const [verifier, state, own] = await Promise.all([
      hashPassword(password),
      this.#roles.withInherited(username, deadline),
      this.#roles.permissions.ownOnRoles([username], deadline),
    ]);
    if (state?.superuser || state?.superuserBy !== undefined) {
      throw new ProviderError(
        'Conflict',
        whyNoSuperuser(username, state.superuserBy),
      );
    }
    if (!state || !provesOwnership(own.get(username))) {
      throw new ProviderError(
        'Conflict',
        state
          ? `The login "${username}" is not the portal's any more: somebody made it anew, or changed who may alter it. Ask for the grant again after an administrator dropped it`
          : `There is no login "${username}": somebody dropped it. Ask for the grant again`,
      );
    }
    // One UPDATE on the server: there is no LOGIN without the verifier.
    await this.#session.write(enableLogin(username, verifier), deadline);
    const enabled = await this.#readBack(username, deadline);
    if (!enabled?.login) {
      throw new ProviderError(
        'Unknown',
        `Cassandra acknowledged the credential of "${username}", but the login is not enabled`,
      );
    }
    await this.#mustBeLimited(username, enabled, deadline);
  }

  async disable(
    { username }: { username: string },
    context: CallContext,
  ): Promise<void> {
    const deadline = Deadline.start(context, this.#callTimeoutMs);
    const state = await this.#roles.role(username, deadline);
    if (!state?.login) {
      return;
    }
    await this.#session.write(disableLogin(username), deadline);
    if ((await this.#readBack(username, deadline))?.login) {
      throw new ProviderError(
        'Unknown',
        `Cassandra acknowledged that "${username}" may not log in any more, but it still may`,
      );
    }
  }

  async observe(
    usernames: readonly string[],
    context: CallContext,
  ): Promise<Map<string, { exists: boolean; enabled: boolean }>> {
    const found = await this.#roles.logins(
      usernames,
      Deadline.start(context, this.#callTimeoutMs),
    );
    return new Map(
      usernames.map(username => [
        username,
        {
          exists: found.has(username),
          enabled: found.get(username) ?? false,
        },
      ]),
    );
  }

  /**
   * A login that was made before it was to be limited is shut again, before anybody has its password: only
   * a superuser may limit a role that exists, and what it is limited to shows only while it can log in.
   */
  async #mustBeLimited(
    username: string,
    { dataCenters }: RoleState,
    deadline: Deadline,
  ): Promise<void> {
    const limit = this.#dataCenters;
    if (!limit || dataCenters?.every(name => limit.includes(name))) {
      return;
    }
    await this.#session.write(disableLogin(username), deadline);
    throw new ProviderError(
      'Conflict',
      `The login "${username}" could come in through ${
        dataCenters?.join(', ') ?? 'every data centre'
      }, and this instance limits logins to ${limit.join(
        ', ',
      )}. It was made before that, and only an administrator may change it, by: ${limitLogin(
        username,
        limit,
      )}; then ask for the credential again`,
    );
  }

  /** After a write: that its effect cannot be read leaves the outcome unknown. */
  async #readBack(
    username: string,
    deadline: Deadline,
  ): Promise<RoleState | undefined> {
    try {
      return await this.#roles.role(username, deadline);
    } catch (error) {
      throw new ProviderError(
        'Unknown',
        `The login "${username}" was changed, and could not be read back: ${
          (error as Error).message
        }`,
      );
    }
  }
}
