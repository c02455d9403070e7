import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import type {
  ContractBench,
  Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import type { Client } from 'pg';
import type { PostgresBench } from './PostgresBench';

/** Applications with plain `pg`, logged in with what the portal issued. */
export class Applications {
  readonly #server: PostgresBench;
  readonly #bench: ContractBench;
  readonly #clients: Client[] = [];

  constructor(server: PostgresBench, bench: ContractBench) {
    this.#server = server;
    this.#bench = bench;
  }

  async connect(
    subject: Subject,
    { login }: PlannedGrant,
    slot: 'a' | 'b' = 'a',
  ): Promise<Client> {
    const password = `Of-${login[slot]}`;
    await this.#bench.instance.logins.enable(
      { username: login[slot], password },
      this.#bench.context(),
    );
    const client = await this.#server.login(
      login[slot],
      password,
      subject.name,
    );
    this.#clients.push(client);
    return client;
  }

  /** After each test. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map(client => client.end()));
  }
}
