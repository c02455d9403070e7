import type {
  Change,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { sameLocale } from '../type/locales';
import { sameParameter } from '../type/parameters';
import type { DatabaseSpec } from '../type/specSchema';
import { observedSpec, serverFacts } from './facts';

/** What stands between a database and the spec asked for. Only what the spec declares counts. */
export interface Differences {
  encoding?: { from: string; to: string };
  locale?: { from: string; to: string };
  connectionLimit?: { from: number; to: number };
  /** Parameters to set; `from` is absent where the database has none. */
  set: { name: string; from?: string; to: string }[];
  /** Parameters that the spec declared before. */
  reset: { name: string; from: string }[];
  create: string[];
  /** Extensions that the spec declared before. */
  drop: string[];
}

/** Compares an existing database with `desired`. */
export function differencesOf(input: PlanInput<DatabaseSpec>): Differences {
  const desired = input.desired!;
  const { current, observed } = input;
  const found = observedSpec(observed);
  const locale = differingLocale(input);
  // Where the database could not be entered, what was agreed is what is remembered of it.
  const extensions = found.extensions ?? current?.extensions ?? [];
  return {
    ...(found.encoding === desired.encoding
      ? {}
      : { encoding: { from: found.encoding, to: desired.encoding } }),
    ...(locale ? { locale } : {}),
    ...(found.connectionLimit === desired.connectionLimit
      ? {}
      : {
          connectionLimit: {
            from: found.connectionLimit,
            to: desired.connectionLimit,
          },
        }),
    set: Object.entries(desired.parameters)
      .map(([name, to]) => ({ name, from: found.parameters[name], to }))
      .filter(
        ({ name, from, to }) =>
          from === undefined || !sameParameter(name, from, to),
      ),
    reset: Object.keys(current?.parameters ?? {})
      .filter(name => !(name in desired.parameters) && name in found.parameters)
      .map(name => ({ name, from: found.parameters[name] })),
    create: desired.extensions.filter(name => !extensions.includes(name)),
    drop: (current?.extensions ?? []).filter(
      name => !desired.extensions.includes(name) && extensions.includes(name),
    ),
  };
}

/** A spec that ceases to name a locale asks for the server's own, as a create would. */
function differingLocale({
  current,
  desired,
  observed,
  instance,
}: PlanInput<DatabaseSpec>): Differences['locale'] {
  const from = observedSpec(observed).locale;
  const to =
    desired!.locale ??
    (current?.locale === undefined
      ? from
      : serverFacts(instance.facts).defaultLocale);
  return sameLocale(from, to) ? undefined : { from, to };
}

/** The differences as a plan lists them. */
export function changesOf(differences: Differences): Change[] {
  const { encoding, locale, connectionLimit, set, reset, create, drop } =
    differences;
  return [
    ...(encoding
      ? [{ path: 'encoding', ...encoding, kind: 'unsupported' as const }]
      : []),
    ...(locale
      ? [{ path: 'locale', ...locale, kind: 'unsupported' as const }]
      : []),
    ...drop.map(
      (name): Change => ({
        path: `extensions.${name}`,
        from: name,
        kind: 'destructive',
      }),
    ),
    ...create.map(
      (name): Change => ({
        path: `extensions.${name}`,
        to: name,
        kind: 'in-place',
      }),
    ),
    ...(connectionLimit
      ? [
          {
            path: 'connectionLimit',
            ...connectionLimit,
            kind: 'in-place' as const,
          },
        ]
      : []),
    ...set.map(
      ({ name, from, to }): Change => ({
        path: `parameters.${name}`,
        ...(from === undefined ? {} : { from }),
        to,
        kind: 'in-place',
      }),
    ),
    ...reset.map(
      ({ name, from }): Change => ({
        path: `parameters.${name}`,
        from,
        kind: 'in-place',
      }),
    ),
  ];
}
