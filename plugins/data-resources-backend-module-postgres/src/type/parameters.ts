/** What a setting takes, so that a value can be judged without a server. */
type Kind =
  | { kind: 'time'; max: number }
  | { kind: 'memory'; minKb: number }
  | { kind: 'boolean' }
  | { kind: 'number'; min: number; max: number }
  | { kind: 'word'; words: readonly string[] }
  | { kind: 'text'; pattern: RegExp; example: string };

const INT_MAX = 2_147_483_647;
const TIMEOUT: Kind = { kind: 'time', max: INT_MAX };

/**
 * Settings that a database may carry: they change how its own sessions work, and neither
 * who they are nor which code they load (never `role`, `session_authorization`,
 * `session_preload_libraries`, `search_path`).
 */
const ALLOWED: { [name: string]: Kind } = {
  statement_timeout: TIMEOUT,
  lock_timeout: TIMEOUT,
  idle_in_transaction_session_timeout: TIMEOUT,
  idle_session_timeout: TIMEOUT,
  transaction_timeout: TIMEOUT,
  work_mem: { kind: 'memory', minKb: 64 },
  maintenance_work_mem: { kind: 'memory', minKb: 64 },
  effective_cache_size: { kind: 'memory', minKb: 8 },
  jit: { kind: 'boolean' },
  default_transaction_read_only: { kind: 'boolean' },
  default_transaction_deferrable: { kind: 'boolean' },
  default_transaction_isolation: {
    kind: 'word',
    words: ['read committed', 'repeatable read', 'serializable'],
  },
  default_statistics_target: { kind: 'number', min: 1, max: 10_000 },
  random_page_cost: { kind: 'number', min: 0, max: 1e6 },
  seq_page_cost: { kind: 'number', min: 0, max: 1e6 },
  max_parallel_workers_per_gather: { kind: 'number', min: 0, max: 1024 },
  default_text_search_config: {
    kind: 'text',
    pattern: /^[a-z_][a-z0-9_.]{0,62}$/,
    example: 'english',
  },
  timezone: {
    kind: 'text',
    pattern: /^[A-Za-z][A-Za-z0-9_+/-]{0,62}$/,
    example: 'Europe/Berlin',
  },
};

/** The names of the settings that a database may carry. */
export const allowedParameters: readonly string[] = Object.keys(ALLOWED);

const TIME_UNITS: { [unit: string]: number } = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const MEMORY_UNITS_KB: { [unit: string]: number } = {
  B: 1 / 1024,
  kB: 1,
  MB: 1024,
  GB: 1024 ** 2,
  TB: 1024 ** 3,
};

const TRUE_WORDS = ['on', 'true', 'yes', '1'];
const FALSE_WORDS = ['off', 'false', 'no', '0'];

/** What is wrong with a setting's value, or undefined. The name must be an allowed one. */
export function checkParameter(
  name: string,
  value: string,
): string | undefined {
  const kind = ALLOWED[name];
  switch (kind.kind) {
    case 'time':
      return inUnits(value, TIME_UNITS, 'ms', 0, kind.max, '30s');
    case 'memory':
      return inUnits(value, MEMORY_UNITS_KB, 'kB', kind.minKb, INT_MAX, '16MB');
    case 'boolean':
      return ['on', 'off', 'true', 'false'].includes(value)
        ? undefined
        : 'expected on or off';
    case 'number': {
      const number = Number(value);
      return /^\d+(\.\d+)?$/.test(value) &&
        number >= kind.min &&
        number <= kind.max
        ? undefined
        : `expected a number from ${kind.min} to ${kind.max}`;
    }
    case 'word':
      return kind.words.includes(value)
        ? undefined
        : `expected one of: ${kind.words.join(', ')}`;
    default:
      return kind.pattern.test(value)
        ? undefined
        : `expected a name such as ${kind.example}`;
  }
}

function inUnits(
  value: string,
  units: { [unit: string]: number },
  base: string,
  min: number,
  max: number,
  example: string,
): string | undefined {
  const match = /^(\d{1,15})([A-Za-z]*)$/.exec(value);
  const factor = match && units[match[2] || base];
  if (!match || !factor) {
    return `expected a whole number with one of the units ${Object.keys(
      units,
    ).join(', ')}, such as ${example}`;
  }
  const amount = Number(match[1]) * factor;
  return amount >= min && amount <= max
    ? undefined
    : `expected ${min} to ${max} ${base}`;
}

/** Whether two values of an allowed setting mean the same, such as `60s` and `1min`. */
export function sameParameter(
  name: string,
  left: string,
  right: string,
): boolean {
  return left === right || meaning(name, left) === meaning(name, right);
}

function meaning(name: string, value: string): string | number {
  const { kind } = ALLOWED[name] ?? { kind: 'text' };
  const text = value.trim().toLowerCase();
  switch (kind) {
    case 'time':
      return inBaseUnit(value, TIME_UNITS, 'ms') ?? text;
    case 'memory':
      return inBaseUnit(value, MEMORY_UNITS_KB, 'kB') ?? text;
    case 'boolean':
      if (TRUE_WORDS.includes(text)) {
        return 'on';
      }
      return FALSE_WORDS.includes(text) ? 'off' : text;
    case 'number':
      return Number(text);
    default:
      return text;
  }
}

/** As the server reads what people have set by hand: with spaces and fractions as well. */
function inBaseUnit(
  value: string,
  units: { [unit: string]: number },
  base: string,
): number | undefined {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*$/.exec(value);
  const factor = match && units[match[2] || base];
  return match && factor ? Number(match[1]) * factor : undefined;
}
