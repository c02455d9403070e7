import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { Validity } from './facts';

/** Longer than this is nothing that one waits for. */
const LONG_MS = 60_000;

const UNITS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Whether what is taken from somebody goes on to be used for long. */
export function validityConditions(
  validity: Validity | undefined,
): InstanceCondition[] {
  const long = Object.entries(validity ?? {}).filter(
    ([, value]) => millisecondsOf(value) > LONG_MS,
  );
  return long.length === 0
    ? []
    : [
        {
          type: 'AuthCaches',
          status: 'warn',
          message: `Nodes go on with what they knew of logins for long (${long
            .map(([name, value]) => `${name}_validity is ${value}`)
            .join(
              ', ',
            )}): so long after a revoke, a quarantine or the end of a credential somebody may still get in. Lower them in cassandra.yaml, or run nodetool invalidaterolescache, invalidatepermissionscache and invalidatecredentialscache on each node when it matters`,
        },
      ];
}

function millisecondsOf(value: string): number {
  const [, number, unit] = /^(\d+)([a-z]+)$/.exec(value) ?? [];
  return Number(number) * (UNITS[unit] ?? NaN);
}
