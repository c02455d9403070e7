import {
  fieldPath,
  type Finding,
  type PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { ident } from '../sql/identifiers';
import { reservedName } from '../type/names';
import type { DatabaseSpec } from '../type/specSchema';
import { observedFacts, type ServerFacts, serverFacts } from './facts';

/** The server's and the instance's own rules on a database that is to be created. */
export function createFindings(
  input: PlanInput<DatabaseSpec>,
  config: InstanceConfig,
): Finding[] {
  const spec = input.desired!;
  const facts = serverFacts(input.instance.facts);
  return [
    ...nameFindings(input, config),
    ...extensionFindings(input.object.name, spec, facts, config),
    ...connectionFindings(spec, config),
    ...localeFindings(spec, facts),
    ...parameterFindings(spec, facts, input.instance.version),
  ];
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

function extensionFindings(
  database: string,
  { extensions }: DatabaseSpec,
  facts: ServerFacts,
  { limits }: InstanceConfig,
): Finding[] {
  return extensions.flatMap(name => {
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
    if (!known.creatable) {
      return deny(
        'extension-not-trusted',
        path,
        `Only a superuser may create the extension ${name}. Leave it out; once the database is there, an administrator can run, in the database ${database}: CREATE EXTENSION ${ident(
          name,
        )} SCHEMA public;`,
      );
    }
    const missing = known.requires.filter(other => !extensions.includes(other));
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

function connectionFindings(
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
    facts.locales.some(found => plain(found) === plain(name));
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

/** `en_US.UTF-8` and `en_US.utf8` are one locale to the C library. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll('-', '');
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

function parameterFindings(
  { parameters }: DatabaseSpec,
  facts: ServerFacts,
  version: string | undefined,
): Finding[] {
  return Object.keys(parameters)
    .filter(name => !facts.parameters.includes(name))
    .map(name =>
      deny(
        'unknown-parameter',
        fieldPath(['spec', 'parameters', name]),
        `PostgreSQL ${version} has no parameter ${name}; leave it out`,
      ),
    );
}

function deny(rule: string, path: string, message: string): Finding {
  return { policy: `postgres/${rule}`, effect: 'deny', path, message };
}
