import {
  EngineName,
  EnginePorts,
  freePorts,
  portNames,
  portsFrom,
} from '@data-resources/test-engines';

/** Thrown for a command line that cannot be understood. */
export class UsageError extends Error {
  override name = 'UsageError';
}

const groups: Record<string, EngineName[]> = {
  portal: ['portal'],
  postgres: ['postgres-dev', 'postgres-prod'],
  kafka: ['kafka-dev'],
  cassandra: ['cassandra-dev'],
};

/**
 * The servers that `--only` asks for; `--only postgres` means both of that engine.
 * Undefined when it is left out.
 */
export function enginesFromOnly(
  only: string | undefined,
): EngineName[] | undefined {
  return only?.split(',').flatMap(word => {
    const names = groups[word.trim()];
    if (!names) {
      throw new UsageError(
        `--only names '${word}'; known are ${Object.keys(groups).join(
          ', ',
        )}, joined by commas`,
      );
    }
    return names;
  });
}

/** Reads an option's port number. */
export function parsePort(option: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) {
    throw new UsageError(
      `${option} is '${text}'; it must be a number from 0 to 65535`,
    );
  }
  return port;
}

/**
 * Splits `--port name=number` options.
 *
 * @param known - the names that are allowed
 */
export function parsePorts<T extends string>(
  options: string[],
  known: readonly T[],
): Partial<Record<T, number>> {
  const ports: Partial<Record<T, number>> = {};
  for (const option of options) {
    const [name, number = ''] = option.split('=');
    if (!known.includes(name as T)) {
      throw new UsageError(
        `--port names '${name}'; it is --port <name>=<number> with one of ${known.join(
          ', ',
        )}`,
      );
    }
    ports[name as T] = parsePort(`--port ${name}`, number);
  }
  return ports;
}

/**
 * The engines' ports: free ones for base 0, else the base's range, and what
 * `--port` sets.
 */
export async function enginePorts(
  base: number,
  overrides: Partial<EnginePorts>,
): Promise<EnginePorts> {
  return base === 0
    ? { ...(await freePorts()), ...overrides }
    : portsFrom(base, overrides);
}

/** Ports of engines that `--port` may set. */
export const enginePortNames = portNames;
