import type {
  Change,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { extensionNames, parseExtension } from '../type/extensions';
import { sameIcuLocale, sameLocale } from '../type/locales';
import { sameParameter } from '../type/parameters';
import { type DatabaseSpec, EMPTY_TEMPLATE } from '../type/specSchema';
import { observedFacts, observedSpec, serverFacts } from './facts';

/** A field that is fixed when a database is made. */
export interface Unsupported {
  path: 'encoding' | 'localeProvider' | 'locale' | 'template';
  from: string;
  to: string;
}

/** An extension that is there in another version than the spec names. */
export type VersionChange = { name: string; from: string; to: string };

/** What stands between a database and the spec asked for. Only what the spec declares counts. */
export interface Differences {
  unsupported: Unsupported[];
  connectionLimit?: { from: number; to: number };
  /** Parameters to set; `from` is absent where the database has none. */
  set: { name: string; from?: string; to: string }[];
  /** Parameters that the spec declared before. */
  reset: { name: string; from: string }[];
  /** Entries of the spec, such as `citext` or `citext@1.6`. */
  create: string[];
  update: VersionChange[];
  /** Names of extensions that the spec declared before. */
  drop: string[];
  schemas: SchemaDifferences;
}

/** Names of schemas. */
export interface SchemaDifferences {
  create: string[];
  /** Those of which a role, a membership or a privilege is gone. */
  mend: string[];
  /** Those that the spec declared before. */
  drop: string[];
}

/** Compares an existing database with `desired`. */
export function differencesOf(input: PlanInput<DatabaseSpec>): Differences {
  const desired = input.desired!;
  const { current, observed } = input;
  const found = observedSpec(observed);
  const { extensionVersions = {} } = observedFacts(observed.facts);
  const agreed = extensionNames(current?.extensions ?? []);
  // Where the database could not be entered, what was agreed is what is remembered of it.
  const extensions = found.extensions ?? agreed;
  const wanted = desired.extensions.map(parseExtension);
  return {
    unsupported: unsupportedDifferences(input),
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
    create: desired.extensions.filter(
      entry => !extensions.includes(parseExtension(entry).name),
    ),
    update: wanted.flatMap(({ name, version }) => {
      const from = extensionVersions[name];
      return version === undefined || from === undefined || from === version
        ? []
        : { name, from, to: version };
    }),
    drop: agreed.filter(
      name =>
        !wanted.some(each => each.name === name) && extensions.includes(name),
    ),
    schemas: schemaDifferences(input),
  };
}

/** Where the schemas could not be read, what was agreed is what is remembered of them. */
function schemaDifferences({
  current,
  desired,
  observed,
}: PlanInput<DatabaseSpec>): SchemaDifferences {
  const agreed = current?.schemas ?? [];
  const wanted = desired!.schemas ?? [];
  const seen = observedFacts(observed.facts).schemas;
  const isThere = (name: string) =>
    seen
      ? seen.some(each => each.name === name && each.ours)
      : agreed.includes(name);
  return {
    create: wanted.filter(name => !isThere(name)),
    mend: wanted.filter(name =>
      seen?.some(each => each.name === name && each.ours && !each.whole),
    ),
    drop: agreed.filter(name => !wanted.includes(name) && isThere(name)),
  };
}

function unsupportedDifferences(input: PlanInput<DatabaseSpec>): Unsupported[] {
  const { current, observed } = input;
  const desired = input.desired!;
  const found = observedSpec(observed);
  const provider = found.localeProvider ?? 'libc';
  // A spec that ceases to name a provider asks for what a create without one gives.
  const asked =
    desired.localeProvider ??
    (current?.localeProvider === undefined ? provider : 'libc');
  const locale = differingLocale(input);
  const copied = current?.template ?? EMPTY_TEMPLATE;
  const template = desired.template ?? EMPTY_TEMPLATE;
  return [
    ...(found.encoding === desired.encoding
      ? []
      : [
          {
            path: 'encoding' as const,
            from: found.encoding,
            to: desired.encoding,
          },
        ]),
    ...(provider === asked
      ? []
      : [{ path: 'localeProvider' as const, from: provider, to: asked }]),
    ...(locale && provider === asked
      ? [{ path: 'locale' as const, ...locale }]
      : []),
    ...(current === undefined || copied === template
      ? []
      : [{ path: 'template' as const, from: copied, to: template }]),
  ];
}

/**
 * A spec that ceases to name a locale asks for the server's own, as a create would. Without a
 * provider a locale is one of the C library's, which a database has whoever provides its own.
 */
function differingLocale({
  current,
  desired,
  observed,
  instance,
}: PlanInput<DatabaseSpec>): { from: string; to: string } | undefined {
  const { locale } = observedSpec(observed);
  const { collate = locale } = observedFacts(observed.facts);
  const from = desired!.localeProvider === undefined ? collate : locale;
  const to =
    desired!.locale ??
    (current?.locale === undefined || desired!.template !== undefined
      ? from
      : serverFacts(instance.facts).defaultLocale);
  const isSame = desired!.localeProvider === 'icu' ? sameIcuLocale : sameLocale;
  return isSame(from, to) ? undefined : { from, to };
}

/** The differences as a plan lists them. */
export function changesOf(differences: Differences): Change[] {
  const { unsupported, connectionLimit, set, reset, create, update, drop } =
    differences;
  return [
    ...unsupported.map(
      (change): Change => ({ ...change, kind: 'unsupported' }),
    ),
    ...schemaChanges(differences.schemas),
    ...drop.map(
      (name): Change => ({
        path: `extensions.${name}`,
        from: name,
        kind: 'destructive',
      }),
    ),
    ...create.map(
      (entry): Change => ({
        path: `extensions.${parseExtension(entry).name}`,
        to: entry,
        kind: 'in-place',
      }),
    ),
    ...update.map(
      ({ name, from, to }): Change => ({
        path: `extensions.${name}`,
        from,
        to,
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

function schemaChanges({ create, mend, drop }: SchemaDifferences): Change[] {
  return [
    ...drop.map(
      (name): Change => ({
        path: `schemas.${name}`,
        from: name,
        kind: 'destructive',
      }),
    ),
    ...create.map(
      (name): Change => ({
        path: `schemas.${name}`,
        to: name,
        kind: 'in-place',
      }),
    ),
    ...mend.map(
      (name): Change => ({
        path: `schemas.${name}.privileges`,
        to: 'as they are made',
        kind: 'in-place',
      }),
    ),
  ];
}
