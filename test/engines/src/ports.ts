import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

/** Every port that the engines listen on, by the name that options use. */
export interface EnginePorts {
  'portal-db': number;
  'postgres-dev': number;
  'postgres-prod': number;
  'postgres-15': number;
  'kafka-dev': number;
  'kafka-dev-tls': number;
  'kafka-dev-controller': number;
  'cassandra-dev': number;
  'cassandra-dev-storage': number;
}

/** The names of {@link EnginePorts}. */
export type PortName = keyof EnginePorts;

/** The first port of the default range, below what systems give to clients. */
export const DEFAULT_BASE_PORT = 28100;

const offsets: EnginePorts = {
  'portal-db': 0,
  'postgres-dev': 1,
  'postgres-prod': 2,
  'postgres-15': 3,
  'kafka-dev': 10,
  'kafka-dev-tls': 11,
  'kafka-dev-controller': 12,
  'cassandra-dev': 20,
  'cassandra-dev-storage': 21,
};

/** All port names. */
export const portNames = Object.keys(offsets) as PortName[];

/** The ports that follow from a base, each of them open to be overridden. */
export function portsFrom(
  base: number = DEFAULT_BASE_PORT,
  overrides: Partial<EnginePorts> = {},
): EnginePorts {
  const ports = { ...offsets };
  for (const name of portNames) {
    ports[name] = overrides[name] ?? base + offsets[name];
    if (
      !Number.isInteger(ports[name]) ||
      ports[name] < 1 ||
      ports[name] > 65535
    ) {
      throw new Error(
        `Port ${ports[name]} for ${name} is not a port number; choose one from 1 to 65535`,
      );
    }
  }
  return ports;
}

/** What this process has given away: who asked for it may not listen there yet. */
const given = new Set<number>();

/** A port per name that was free a moment ago, for tests; this process gives each only once. */
export async function freePorts<T extends string = PortName>(
  names: readonly T[] = portNames as readonly string[] as readonly T[],
): Promise<Record<T, number>> {
  const ports = new Map<T, number>();
  for (const name of names) {
    let port: number;
    do {
      // Not port 0: the system hands those out again as ports of clients.
      port = randomPort();
      given.add(port);
    } while (!(await isFree(port)));
    ports.set(name, port);
  }
  return Object.fromEntries(ports) as Record<T, number>;
}

function randomPort(): number {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    if (!given.has(port)) {
      return port;
    }
  }
}

/** Whether a server could listen on the port of a loopback address now. */
export async function isFree(
  port: number,
  host: string = '127.0.0.1',
): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () =>
      server.close(() => resolve(true)),
    );
  });
}

/**
 * Throws when a port is taken, with the option that chooses another.
 *
 * @param ports - the ports about to be used, by the names of the options
 * @param host - the loopback address, 127.0.0.1 unless told
 */
export async function assertPortsFree(
  ports: Record<string, number>,
  host?: string,
): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of Object.entries(ports)) {
    if (!(await isFree(port, host))) {
      taken.push(
        `Port ${port} for ${name} is taken by another program; stop that, or choose another port with --port ${name}=<number>`,
      );
    }
  }
  if (taken.length > 0) {
    throw new Error(taken.join('\n'));
  }
}
