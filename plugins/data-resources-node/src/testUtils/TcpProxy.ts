import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  Server,
  Socket,
} from 'node:net';

/**
 * Stands between a client and a server on the loopback interface and breaks the line when a
 * test says so.
 *
 * @public
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #target: { host: string; port: number };
  #mode: 'open' | 'refusing' | 'frozen' = 'open';
  #chunksUntilCut = Infinity;
  #chunksUntilHeld = Infinity;

  private constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = createServer(
      { pauseOnConnect: true, noDelay: true },
      client => this.#serve(client),
    );
  }

  /** @param options - `port` 0, the default, takes any free one */
  static async create(options: {
    host: string;
    port: number;
    listenPort?: number;
  }): Promise<TcpProxy> {
    const proxy = new TcpProxy(options);
    proxy.#server.listen(options.listenPort ?? 0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  readonly host = '127.0.0.1';

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many clients are connected. */
  async connections(): Promise<number> {
    return new Promise((resolve, reject) =>
      this.#server.getConnections((error, count) =>
        error ? reject(error) : resolve(count),
      ),
    );
  }

  /** Ends every connection and lets no new one through. */
  refuse(): void {
    this.#mode = 'refusing';
    this.#endAll();
  }

  /** Leads new connections to another server; those that are open stay where they are. */
  redirect({ host, port }: { host: string; port: number }): void {
    this.#target = { host, port };
  }

  /** Takes bytes and connections, and passes nothing on: a server that hangs. */
  freeze(): void {
    this.#mode = 'frozen';
    this.#sockets.forEach(socket => socket.pause());
  }

  /** Lets everything through again. */
  restore(): void {
    this.#mode = 'open';
    this.#chunksUntilCut = Infinity;
    this.#chunksUntilHeld = Infinity;
    this.#sockets.forEach(socket => socket.resume());
  }

  /**
   * Passes `chunks` more pieces from clients on to the server and then refuses: the server
   * has the last piece, and its answer is lost.
   */
  cutAfter(chunks: number): void {
    this.#chunksUntilCut = chunks;
  }

  /** Passes `chunks` more pieces from clients on and freezes when the next one comes. */
  holdAfter(chunks: number): void {
    this.#chunksUntilHeld = chunks;
  }

  /** Whether nothing is passed on just now. */
  get isFrozen(): boolean {
    return this.#mode === 'frozen';
  }

  /** Whether the line was cut by {@link TcpProxy.cutAfter}, and not restored since. */
  get isCut(): boolean {
    return this.#mode === 'refusing';
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#endAll();
    await once(this.#server, 'close');
  }

  #serve(client: Socket): void {
    if (this.#mode === 'refusing') {
      client.destroy();
      return;
    }
    const server = connect({ ...this.#target, noDelay: true });
    this.#join(client, server, true);
    this.#join(server, client, false);
    if (this.#mode === 'open') {
      client.resume();
    } else {
      server.pause();
    }
  }

  #join(from: Socket, to: Socket, isClient: boolean): void {
    this.#sockets.add(from);
    // A broken line is what this class is for: the other side sees its end.
    from.on('error', () => {});
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
    from.on('data', chunk => {
      const isHeld = isClient && (this.#chunksUntilHeld -= 1) < 0;
      if (isHeld) {
        this.freeze();
        from.unshift(chunk);
        return;
      }
      const isLast = isClient && (this.#chunksUntilCut -= 1) === 0;
      to.write(chunk, () => {
        if (isLast) {
          this.refuse();
        }
      });
      if (isLast) {
        // What the server says from here on must not arrive.
        to.pause();
      }
    });
  }

  #endAll(): void {
    this.#sockets.forEach(socket => socket.destroy());
  }
}
