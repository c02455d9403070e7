import type {
  CallContext,
  LoginProvider,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaClient } from '../client/KafkaClient';
import {
  deleteScramRecords,
  describeScramRecords,
  scramVerifier,
  upsertScramRecord,
} from '../client/scram';

/** Logins are SCRAM-SHA-512 records: one that has none cannot log in. ACLs come from plans. */
export class KafkaLoginProvider implements LoginProvider {
  readonly #client: KafkaClient;

  private constructor(client: KafkaClient) {
    this.#client = client;
  }

  static create(client: KafkaClient): KafkaLoginProvider {
    return new KafkaLoginProvider(client);
  }

  async enable(
    { username, password }: { username: string; password: string },
    context: CallContext,
  ): Promise<void> {
    const deadline = this.#client.deadline(context);
    const verifier = await scramVerifier(password);
    await upsertScramRecord(this.#client, deadline, username, verifier);
  }

  async disable(
    { username }: { username: string },
    context: CallContext,
  ): Promise<void> {
    const deadline = this.#client.deadline(context);
    const failures = await deleteScramRecords(this.#client, deadline, [
      username,
    ]);
    const failure = failures.get(username);
    if (failure) {
      throw failure;
    }
  }

  async observe(
    usernames: readonly string[],
    context: CallContext,
  ): Promise<Map<string, { exists: boolean; enabled: boolean }>> {
    const records = await describeScramRecords(
      this.#client,
      this.#client.deadline(context),
      usernames,
    );
    return new Map(
      usernames.map(name => {
        const there = Boolean(records.get(name)?.length);
        return [name, { exists: there, enabled: there }];
      }),
    );
  }
}
