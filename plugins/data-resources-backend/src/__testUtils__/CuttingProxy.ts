import net from 'node:net';

/** The end of an answer of PostgreSQL outside of a transaction: what was asked is committed. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/** Stands before a PostgreSQL server, and can lose the answer to something that it has done. */
export class CuttingProxy {
  readonly #target: net.NetConnectOpts;
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #wanted?: { words: readonly string[]; lost: () => void };

  private constructor(target: net.NetConnectOpts) {
    this.#target = target;
    this.#server = net.createServer(client => this.#serve(client));
  }

  static async before(target: {
    host: string;
    port: number;
  }): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target);
    await new Promise<void>(resolve => {
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as net.AddressInfo).port;
  }

  /** Loses the answer to the next statement that has all these words in its values; resolves when it did. */
  async loseAnswerTo(...words: string[]): Promise<void> {
    await new Promise<void>(lost => {
      this.#wanted = { words, lost };
    });
  }

  async stop(): Promise<void> {
    this.#sockets.forEach(socket => socket.destroy());
    await new Promise(resolve => {
      this.#server.close(resolve);
    });
  }

  #serve(client: net.Socket): void {
    const server = net.connect(this.#target);
    let losing: (() => void) | undefined;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.on('data', asked => {
      if (this.#wanted?.words.every(word => asked.includes(word))) {
        losing = this.#wanted.lost;
        this.#wanted = undefined;
      }
      server.write(asked);
    });
    server.on('data', answer => {
      if (!losing) {
        client.write(answer);
      } else if (answer.subarray(-READY.length).equals(READY)) {
        end();
        losing();
      }
    });
  }
}
