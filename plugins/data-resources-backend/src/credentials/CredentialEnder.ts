import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Knex } from 'knex';
import type { CredentialRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import type { LoginLocks } from '../logins/LoginLocks';
import { endCredentials } from './endCredentials';

const BATCH = 20;

type DueCredential = Pick<CredentialRow, 'id' | 'slot' | 'version'> & {
  instance: string;
  base: string;
};

/** Ends credentials whose grace is over. */
export class CredentialEnder {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;
  readonly #logins: LoginLocks;
  readonly #logger: LoggerService;

  private constructor(options: {
    knex: Knex;
    instances: InstanceRegistry;
    logins: LoginLocks;
    logger: LoggerService;
  }) {
    this.#knex = options.knex;
    this.#instances = options.instances;
    this.#logins = options.logins;
    this.#logger = options.logger;
  }

  static create(options: {
    knex: Knex;
    instances: InstanceRegistry;
    logins: LoginLocks;
    logger: LoggerService;
  }): CredentialEnder {
    return new CredentialEnder(options);
  }

  /** One instance after the other would let a dead one delay the rest: each goes on its own. */
  async endDue(): Promise<void> {
    await Promise.all(
      this.#instances.all().map(async ({ name }) => {
        const due: DueCredential[] = await this.#knex('credentials AS c')
          .join('principals AS p', 'p.id', 'c.principal_id')
          .where({ 'c.state': 'ending', 'p.instance': name })
          .whereRaw('c.ends_at <= now()')
          .orderBy('c.ends_at')
          .limit(BATCH)
          .select('c.id', 'c.slot', 'c.version', 'p.instance', 'p.base');
        for (const credential of due) {
          await this.#end(credential);
        }
      }),
    );
  }

  async #end(credential: DueCredential): Promise<void> {
    const { instance: name, base, slot } = credential;
    const instance = this.#instances.get(name)!;
    const { callTimeoutMs, logins } = instance.connection;
    try {
      await this.#logins.run(
        { instance: name, bases: [base], holdForMs: 4 * callTimeoutMs },
        async () => {
          // Somebody may have replaced it while we waited for the login.
          const still = await this.#knex('credentials')
            .where({ id: credential.id, state: 'ending' })
            .first('id');
          if (!still) {
            return;
          }
          await logins.disable(
            { username: `${base}_${slot}` },
            instance.context(AbortSignal.timeout(2 * callTimeoutMs)),
          );
          await endCredentials(
            this.#knex,
            { id: credential.id },
            { from: 'ending', to: 'ended' },
            {
              actor: 'system:credentials',
              details: {
                instance: name,
                login: base,
                reason: 'its grace is over',
              },
            },
          );
        },
      );
    } catch (error) {
      // It stays due, and is tried again with the next look.
      this.#logger
        .child({ instance: name })
        .warn(
          `Version ${credential.version} of ${base} on ${name} is due to end and could not be ended yet`,
          error instanceof Error ? error : undefined,
        );
    }
  }
}
