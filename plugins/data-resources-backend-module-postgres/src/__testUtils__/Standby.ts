import { type EventEmitter, once } from 'node:events';
import type { PostgresDescription } from '@data-resources/test-engines';
import { Client } from 'pg';

/** What `pg` has for whoever speaks the replication protocol. */
interface ReplicationClient {
  connection: EventEmitter & { sendCopyFromChunk(chunk: Buffer): void };
}

/** Follows a server by its own protocol, and applies nothing of what it is sent. */
export class Standby {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @param name - as the server knows it */
  static async follow(
    { host, port, admin }: PostgresDescription,
    name: string,
  ): Promise<Standby> {
    const config = {
      host,
      port,
      ...admin,
      application_name: name,
      replication: 'true',
    };
    const client = new Client(config);
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query('IDENTIFY_SYSTEM');
    const position: string = rows[0].xlogpos;
    const { connection } = client as unknown as ReplicationClient;
    const begun = once(connection, 'replicationStart');
    // It goes on until the connection ends.
    client.query(`START_REPLICATION PHYSICAL ${position}`).catch(() => {});
    await begun;
    connection.sendCopyFromChunk(statusOf(position));
    return new Standby(client);
  }

  async end(): Promise<void> {
    const { connection } = this.#client as unknown as {
      connection: { stream: { destroy(): void } };
    };
    const ended = new Promise<void>(resolve => {
      this.#client.once('end', () => resolve());
    });
    connection.stream.destroy();
    await ended;
  }
}

/** A standby status update: what is written, flushed and applied, and when. */
function statusOf(position: string): Buffer {
  const [high, low] = position.split('/').map(part => parseInt(part, 16));
  const message = Buffer.alloc(34);
  message.write('r');
  for (const at of [1, 9, 17]) {
    message.writeUInt32BE(high, at);
    message.writeUInt32BE(low, at + 4);
  }
  return message;
}
