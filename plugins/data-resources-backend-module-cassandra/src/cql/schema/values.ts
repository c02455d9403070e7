import type { OptionValue } from './statements';

/** What would be right, e.g. `a whole number`; undefined where the value is. */
export type Expected = string | undefined;

/** A number, whether it is in quotes or not: Cassandra takes both. */
export function numberOf(value: OptionValue): number {
  const text = textOf(value).trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)
    ? Number(text)
    : NaN;
}

/** The text of what is no map. */
export function textOf(value: OptionValue): string {
  return value.kind === 'map' ? '' : value.text;
}

/** True or false, in quotes or not. */
export function flag(value: OptionValue): Expected {
  return /^(true|false)$/i.test(textOf(value)) ? undefined : 'true or false';
}

/** A value as it is shown to who wrote it. */
export function showValue(value: OptionValue): string {
  switch (value.kind) {
    case 'map':
      return `{${value.entries
        .map(([key, each]) => `'${key}': ${showValue(each)}`)
        .join(', ')}}`;
    case 'text':
      return `'${value.text}'`;
    default:
      return value.text;
  }
}
