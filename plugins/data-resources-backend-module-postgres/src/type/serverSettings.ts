/** A row of `pg_settings`: what the server itself takes for a setting. */
export type ServerSetting = {
  /** In lower case. */
  name: string;
  /** `user`, `superuser`, `sighup`, … */
  context: string;
  /** Whether the portal may set it for a database. */
  settable: boolean;
  type: 'bool' | 'enum' | 'integer' | 'real' | 'string';
  /** Of values without one, e.g. `ms`, `8kB`. */
  unit: string | null;
  min: string | null;
  max: string | null;
  words: string[] | null;
};

/** In milliseconds, and in bytes. */
const UNITS: { [unit: string]: number } = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  B: 1,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

const TIME = new Set(['us', 'ms', 's', 'min', 'h', 'd']);
const BOOLEANS = ['on', 'off', 'true', 'false', 'yes', 'no', '1', '0'];

/** Why a database cannot have a setting on this server, or not with that value; or undefined. */
export function checkOnServer(
  setting: ServerSetting,
  value: string,
): string | undefined {
  const { name, context, settable, type, words } = setting;
  if (!settable) {
    return context.startsWith('superuser')
      ? `${name} can be set by superusers only, and by whom one lets: an administrator does it with GRANT SET ON PARAMETER`
      : `${name} holds for the whole server (its context is ${context}) and cannot be set for a database; leave it out`;
  }
  const text = value.trim().toLowerCase();
  switch (type) {
    case 'bool':
      return BOOLEANS.includes(text)
        ? undefined
        : `${name} is ${value}; the server takes on or off`;
    case 'enum':
      return words?.includes(text)
        ? undefined
        : `${name} is ${value}; the server takes one of: ${words?.join(', ')}`;
    case 'integer':
    case 'real':
      return outOfRange(setting, value);
    default:
      return undefined;
  }
}

function outOfRange(
  { name, unit, min, max }: ServerSetting,
  value: string,
): string | undefined {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value);
  const amount = match && inUnit(Number(match[1]), match[2], unit);
  const range = `the server takes ${min} to ${max}${unit ? ` ${unit}` : ''}`;
  if (amount === null || amount === undefined) {
    return `${name} is ${value}; ${range}, as a number${
      unit ? ' with or without a unit of that kind' : ''
    }`;
  }
  return amount >= Number(min) && amount <= Number(max)
    ? undefined
    : `${name} is ${value}; ${range}`;
}

/** Undefined where the units do not go together. */
function inUnit(
  amount: number,
  given: string,
  unit: string | null,
): number | undefined {
  if (given === '') {
    return amount;
  }
  const [, factor = '', base = ''] = /^(\d*)(\w+)$/.exec(unit ?? '') ?? [];
  return Object.hasOwn(UNITS, given) &&
    Object.hasOwn(UNITS, base) &&
    TIME.has(given) === TIME.has(base)
    ? (amount * UNITS[given]) / (UNITS[base] * Number(factor || 1))
    : undefined;
}
