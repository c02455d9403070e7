import {
  type CallContext,
  type EnabledLogin,
  type LoginProvider,
  ProviderError,
} from '@data-resources/plugin-data-resources-node';
import type { LoginLimits } from '../config/readInstanceConfig';
import type { PostgresConnections } from '../connection/PostgresConnections';
import { Deadline, type Session } from '../connection/Session';
import { disableLogin, enableLogin } from '../sql/logins';
import { scramVerifier } from './scramVerifier';
import { timeFromNow } from './timeFromNow';

interface LoginRow {
  name: string;
  enabled: boolean;
}

/**
 * Gives login roles a password and takes it. Whether a role has one is hidden from everybody
 * but superusers, so `VALID UNTIL` says it too, in the same statement.
 */
export class PostgresLoginProvider implements LoginProvider {
  readonly #connections: PostgresConnections;
  readonly #timeoutMs: number;
  readonly #limits: LoginLimits;

  private constructor(options: PostgresLoginProviderOptions) {
    this.#connections = options.connections;
    this.#timeoutMs = options.timeoutMs;
    this.#limits = options.limits;
  }

  static create(options: PostgresLoginProviderOptions): PostgresLoginProvider {
    return new PostgresLoginProvider(options);
  }

  async enable(
    { username, password }: { username: string; password: string },
    context: CallContext,
  ): Promise<EnabledLogin> {
    const what = `setting a password for ${username}`;
    return this.#admin(context, async session => {
      // One is worked out on a thread while the server is asked.
      const [[login], verifier] = await Promise.all([
        readLogins(session, [username]),
        scramVerifier(password),
      ]);
      if (!login) {
        throw new ProviderError(
          'Conflict',
          `The role ${username} does not exist; the grant that makes it was undone by somebody, grant it again`,
        );
      }
      const { connections, validitySeconds } = this.#limits;
      const validUntil =
        validitySeconds === undefined
          ? undefined
          : await timeFromNow(session, validitySeconds);
      await session.write(
        what,
        enableLogin(username, verifier, {
          connectionLimit: connections,
          validUntil,
        }),
      );
      await readBack(session, username, true);
      return validUntil === undefined ? {} : { validUntil };
    });
  }

  async disable(
    { username }: { username: string },
    context: CallContext,
  ): Promise<void> {
    await this.#admin(context, async session => {
      const [login] = await readLogins(session, [username]);
      if (login) {
        await session.write(`disabling ${username}`, disableLogin(username));
        await readBack(session, username, false);
      }
    });
  }

  async observe(
    usernames: readonly string[],
    context: CallContext,
  ): Promise<Map<string, { exists: boolean; enabled: boolean }>> {
    const rows = await this.#admin(context, session =>
      readLogins(session, usernames),
    );
    return new Map(
      usernames.map(name => {
        const row = rows.find(found => found.name === name);
        return [name, { exists: Boolean(row), enabled: row?.enabled ?? false }];
      }),
    );
  }

  #admin<T>(
    context: CallContext,
    work: (session: Session) => Promise<T>,
  ): Promise<T> {
    const deadline = new Deadline(this.#timeoutMs, context.signal);
    return this.#connections.withAdmin(deadline, work);
  }
}

/** Options of {@link PostgresLoginProvider}. */
export interface PostgresLoginProviderOptions {
  connections: PostgresConnections;
  /** The longest that one call may take. */
  timeoutMs: number;
  limits: LoginLimits;
}

/** A change that was acknowledged and cannot be seen is one of which nothing is known. */
async function readBack(
  session: Session,
  username: string,
  enabled: boolean,
): Promise<void> {
  const rows = await readLogins(session, [username]).catch(error => {
    throw new ProviderError(
      'Unknown',
      `The login ${username} was changed, and could not be read back: ${error.message}`,
    );
  });
  if ((rows[0]?.enabled ?? false) !== enabled) {
    throw new ProviderError(
      'Unknown',
      `The login ${username} should be ${
        enabled ? 'enabled' : 'disabled'
      } now, and is not; somebody else is changing it`,
    );
  }
}

function readLogins(
  session: Session,
  names: readonly string[],
): Promise<LoginRow[]> {
  return session.read<LoginRow>(
    'reading logins',
    `SELECT rolname AS name, rolcanlogin AND coalesce(rolvaliduntil > now(), true) AS enabled
     FROM pg_roles WHERE rolname = ANY ($1::name[])`,
    [names],
    { often: true },
  );
}
