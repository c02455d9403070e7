import {
  fieldPath,
  type Finding,
  type PlanInput,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { ident } from '../sql/identifiers';
import { plain, sameLocale } from '../type/locales';
import { reservedName } from '../type/names';
import type { DatabaseSpec } from '../type/specSchema';
import { observedFacts, type ServerFacts, serverFacts } from './facts';
import { notOursMessage } from './identity';

/** The server's and the instance's own rules on a database that is to be created. */
export function createFindings(
  input: PlanInput<DatabaseSpec>,
  config: InstanceConfig,
): Finding[] {
  const spec = input.desired!;
  const facts = serverFacts(input.instance.facts);
  return [
    ...nameFindings(input, config),
    ...extensionFindings({
      database: input.object.name,
      all: spec.extensions,
      create: spec.extensions,
      facts,
      config,
    }),
    ...connectionFindings(spec, config),
    ...localeFindings(spec, facts),
    ...parameterFindings(
      Object.keys(spec.parameters),
      facts,
      input.instance.version,
    ),
  ];
}

/** Why nothing can be done on the server until an administrator has mended it. */
export function serverFindings({
  instance,
}: PlanInput<DatabaseSpec>): Finding[] {
  const { obstacles = [] } = serverFacts(instance.facts);
  return obstacles.map(message => denyForNow('server', 'instance', message));
}

function nameFindings(
  { object, observed }: PlanInput<DatabaseSpec>,
  { admin }: InstanceConfig,
): Finding[] {
  const findings: Finding[] = [];
  const reserved = reservedName(object.name, admin.database);
  if (reserved) {
    findings.push(deny('reserved-name', 'name', reserved));
  }
  const { foreignRoles } = observedFacts(observed.facts);
  if (foreignRoles.length > 0) {
    findings.push(
      deny(
        'role-exists',
        'name',
        `The database needs group roles of its own, and ${foreignRoles.join(
          ', ',
        )} exists already; choose another name, or ask the platform team to drop or rename the role`,
      ),
    );
  }
  return findings;
}

/** Whether the extensions to be created may be, and have with all others what they require. */
export function extensionFindings(options: {
  database: string;
  all: readonly string[];
  create: readonly string[];
  facts: ServerFacts;
  config: InstanceConfig;
}): Finding[] {
  const { database, all, create, facts, config } = options;
  const path = 'spec.extensions';
  return all.flatMap(name => {
    const refusal = create.includes(name)
      ? extensionRefusal(name, database, facts, config)
      : undefined;
    if (refusal) {
      return refusal;
    }
    const { requires = [] } =
      facts.extensions.find(extension => extension.name === name) ?? {};
    const missing = requires.filter(other => !all.includes(other));
    return missing.length === 0
      ? []
      : deny(
          'extension-requires',
          path,
          `The extension ${name} requires ${missing.join(
            ', ',
          )}; add that to the list`,
        );
  });
}

function extensionRefusal(
  name: string,
  database: string,
  facts: ServerFacts,
  { limits }: InstanceConfig,
): Finding | undefined {
  const path = 'spec.extensions';
  if (!limits.extensions.includes(name)) {
    const allowed = [...limits.extensions].sort().join(', ') || 'none';
    return deny(
      'extension-not-allowed',
      path,
      `The extension ${name} is not on this instance's allow-list (limits.extensions); allowed: ${allowed}`,
    );
  }
  const known = facts.extensions.find(extension => extension.name === name);
  if (!known) {
    return deny(
      'extension-not-available',
      path,
      `The extension ${name} is allowed, but not installed on the server; an administrator has to install its package, after which CREATE EXTENSION ${ident(
        name,
      )} works`,
    );
  }
  return known.creatable
    ? undefined
    : deny(
        'extension-not-trusted',
        path,
        `Only a superuser may create the extension ${name}. Leave it out; once the database is there, an administrator can run, in the database ${database}: CREATE EXTENSION ${ident(
          name,
        )} SCHEMA public;`,
      );
}

/** Whether the connection limit is within the instance's. */
export function connectionFindings(
  { connectionLimit }: DatabaseSpec,
  { limits }: InstanceConfig,
): Finding[] {
  const path = 'spec.connectionLimit';
  const max = limits.connectionLimit;
  if (max !== undefined && (connectionLimit === -1 || connectionLimit > max)) {
    return [
      deny(
        'connection-limit',
        path,
        `The connection limit is ${
          connectionLimit === -1 ? 'none' : connectionLimit
        }; this instance allows 1 to ${max}`,
      ),
    ];
  }
  return [];
}

function localeFindings(spec: DatabaseSpec, facts: ServerFacts): Finding[] {
  const { encoding, locale } = spec;
  const known = (name: string) =>
    facts.locales.some(found => sameLocale(found, name));
  if (locale !== undefined && !known(locale)) {
    return [
      deny(
        'unknown-locale',
        'spec.locale',
        `The server has no locale ${locale}; it has ${facts.locales.join(
          ', ',
        )}`,
      ),
    ];
  }
  const effective = locale ?? facts.defaultLocale;
  const charset = /\.(.+)$/.exec(effective)?.[1];
  const isC = ['C', 'POSIX'].includes(effective);
  if (!isC && charset && !fits(encoding, charset)) {
    return [
      deny(
        'encoding-and-locale',
        'spec.encoding',
        `The encoding ${encoding} does not fit the locale ${effective}${
          locale === undefined ? ', which is the server’s own' : ''
        }; give a locale of that encoding, or C`,
      ),
    ];
  }
  return [];
}

const CHARSETS: { [encoding: string]: RegExp } = {
  LATIN1: /^iso88591$/,
  LATIN2: /^iso88592$/,
  LATIN9: /^iso885915$/,
  ISO_8859_5: /^iso88595$/,
  WIN1250: /^cp1250$/,
  WIN1251: /^cp1251$/,
  WIN1252: /^cp1252$/,
  KOI8R: /^koi8r$/,
};

function fits(encoding: string, charset: string): boolean {
  const name = plain(charset).replaceAll('_', '');
  return (
    CHARSETS[encoding]?.test(name) ??
    name === plain(encoding).replaceAll('_', '')
  );
}

/** Whether the server knows the parameters. */
export function parameterFindings(
  names: readonly string[],
  facts: ServerFacts,
  version: string | undefined,
): Finding[] {
  return names
    .filter(name => !facts.parameters.includes(name))
    .map(name =>
      deny(
        'unknown-parameter',
        fieldPath(['spec', 'parameters', name]),
        `PostgreSQL ${version} has no parameter ${name}; leave it out`,
      ),
    );
}

/** Why nothing can be done on what stands under the name, or does not. */
export function absenceFindings({
  object,
  observed,
}: PlanInput<DatabaseSpec>): Finding[] {
  if (observed.ours) {
    return [];
  }
  return observed.exists
    ? [deny('not-ours', 'name', notOursMessage(object.name, 'foreign'))]
    : [deny('gone', 'name', notOursMessage(object.name, 'absent'))];
}

/** Owners are made, and unmade, inside the database. */
export function closedFindings(
  { observed }: PlanInput<DatabaseSpec>,
  grants: readonly PlannedGrant[],
): Finding[] {
  const entered = grants.some(({ role }) => role === 'owner');
  return entered && observedFacts(observed.facts).closed
    ? [
        deny(
          'closed',
          'name',
          'The database refuses all connections, so that nobody can use it meanwhile, and its owners can only be changed from inside; restore or delete it first',
        ),
      ]
    : [];
}

export function deny(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'deny', path, message };
}

/** A denial that is over once an administrator has followed its advice. */
export function denyForNow(
  rule: string,
  path: string,
  message: string,
): Finding {
  return { ...deny(rule, path, message), retryable: true };
}

export function warn(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'warn', path, message };
}

export function info(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'info', path, message };
}
