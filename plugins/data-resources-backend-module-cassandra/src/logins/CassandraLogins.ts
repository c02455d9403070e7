import {
  type CallContext,
  type LoginProvider,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import { disableLogin, enableLogin } from '../cql/statements';
import { provesOwnership, type RoleReader } from '../roles/RoleReader';
import type { CassandraSession } from '../session/CassandraSession';
import { Deadline } from '../session/Deadline';
import { hashPassword } from './hashPassword';

/**
 * A slot is a role with or without LOGIN. Who is connected stays so when it loses it, and
 * nodes may go on for as long as `roles_validity` and `credentials_validity` say.
 */
export class CassandraLogins implements LoginProvider {
  readonly #session: CassandraSession;
  readonly #roles: RoleReader;
  readonly #callTimeoutMs: number;

  private constructor(options: {
    session: CassandraSession;
    roles: RoleReader;
    callTimeoutMs: number;
  }) {
    this.#session = options.session;
    this.#roles = options.roles;
    this.#callTimeoutMs = options.callTimeoutMs;
  }

  static create(options: {
    session: CassandraSession;
    roles: RoleReader;
    callTimeoutMs: number;
  }): CassandraLogins {
    return new CassandraLogins(options);
  }

  async enable(
    { username, password }: { username: string; password: string },
    context: CallContext,
  ): Promise<void> {
    const verifier = await hashPassword(password);
    const deadline = Deadline.start(context, this.#callTimeoutMs);
    const [state, own] = await Promise.all([
      this.#roles.role(username, deadline),
      this.#roles.ownOnRoles([username], deadline),
    ]);
    if (!state || !provesOwnership(own.get(username)) || state.superuser) {
      throw new ProviderError(
        'Conflict',
        state
          ? `The login "${username}" is not the portal's any more: somebody made it anew, or changed who may alter it. Ask for the grant again after an administrator dropped it`
          : `There is no login "${username}": somebody dropped it. Ask for the grant again`,
      );
    }
    // One UPDATE on the server: there is no LOGIN without the verifier.
    await this.#session.write(enableLogin(username, verifier), deadline);
    if (!(await this.#canLogin(username, deadline))) {
      throw new ProviderError(
        'Unknown',
        `Cassandra acknowledged the credential of "${username}", but the login is not enabled`,
      );
    }
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
    if (await this.#canLogin(username, deadline)) {
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

  /** After a write: that its effect cannot be read leaves the outcome unknown. */
  async #canLogin(username: string, deadline: Deadline): Promise<boolean> {
    try {
      return Boolean((await this.#roles.role(username, deadline))?.login);
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
