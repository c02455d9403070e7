import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  type Server,
  type Socket,
} from 'node:net';

const BACKEND_KEY_DATA = 0x4b;
const READY_FOR_QUERY = 0x5a;

/**
 * What a client sees of PgBouncer: a process number of its own making and, by
 * `ignore_startup_parameters = options`, no settings but those of the server.
 */
export class Pooler {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(
    target: { host: string; port: number },
    options: { dropsOptions: boolean; refusesOptions: boolean },
  ) {
    this.#server = createServer(client => {
      const upstream = connect(target);
      [client, upstream].forEach(socket => {
        this.#sockets.add(socket);
        socket.on('error', () => {});
      });
      client.once('data', startup => {
        if (options.refusesOptions) {
          client.end(refusal());
          upstream.destroy();
          return;
        }
        upstream.write(
          options.dropsOptions ? withoutOptions(startup) : startup,
        );
        client.pipe(upstream);
      });
      let greeting = Buffer.alloc(0);
      const greet = (chunk: Buffer) => {
        greeting = Buffer.concat([greeting, chunk]);
        const { complete, isReady } = withOtherProcess(greeting);
        client.write(greeting.subarray(0, complete));
        greeting = greeting.subarray(complete);
        if (isReady) {
          upstream.off('data', greet);
          upstream.pipe(client);
        }
      };
      upstream.on('data', greet);
      upstream.once('close', () => client.destroy());
      client.once('close', () => upstream.destroy());
    });
  }

  static async create(
    target: { host: string; port: number },
    options: { dropsOptions?: boolean; refusesOptions?: boolean } = {},
  ): Promise<Pooler> {
    const pooler = new Pooler(target, {
      dropsOptions: options.dropsOptions ?? false,
      refusesOptions: options.refusesOptions ?? false,
    });
    pooler.#server.listen(0, '127.0.0.1');
    await once(pooler.#server, 'listening');
    return pooler;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#sockets.forEach(socket => socket.destroy());
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Changes the number in place; up to the last whole message. */
function withOtherProcess(bytes: Buffer) {
  let at = 0;
  let isReady = false;
  while (at + 5 <= bytes.length) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length) {
      break;
    }
    if (bytes[at] === BACKEND_KEY_DATA) {
      bytes.writeInt32BE(randomInt(2 ** 23, 2 ** 31), at + 5);
    }
    isReady ||= bytes[at] === READY_FOR_QUERY;
    at = end;
  }
  return { complete: at, isReady };
}

/** A startup message is a length, a version, and names and values that end with NUL. */
function withoutOptions(startup: Buffer): Buffer {
  const words = startup.subarray(8, -1).toString('latin1').split('\0');
  const kept: string[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    if (words[at] !== 'options') {
      kept.push(`${words[at]}\0${words[at + 1]}\0`);
    }
  }
  const body = Buffer.from(`${kept.join('')}\0`, 'latin1');
  const head = Buffer.from(startup.subarray(0, 8));
  head.writeInt32BE(8 + body.length, 0);
  return Buffer.concat([head, body]);
}

/** In the words of PgBouncer 1.20 and newer. */
function refusal(): Buffer {
  const fields = Buffer.from(
    'SFATAL\0C08P01\0Munsupported startup parameter in options: search_path\0\0',
  );
  const head = Buffer.from('E\0\0\0\0');
  head.writeInt32BE(4 + fields.length, 1);
  return Buffer.concat([head, fields]);
}
