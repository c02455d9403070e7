import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { ident, literal } from '../sql/identifiers';
import {
  extensionNames,
  parseExtension,
  type WantedExtension,
} from '../type/extensions';
import type { VersionChange } from './differences';
import type { ObservedFacts, ServerFacts } from './facts';
import { deny, info } from './findings';

const PATH = 'spec.extensions';

interface Options {
  database: string;
  /** All entries of the spec. */
  all: readonly string[];
  /** The entries that are to be created. */
  create: readonly string[];
  facts: ServerFacts;
  config: InstanceConfig;
}

/** Whether the extensions to be created may be, and have with all others what they require. */
export function extensionFindings(options: Options): Finding[] {
  const { all, create, facts } = options;
  const names = extensionNames(all);
  const findings = all.flatMap(entry => {
    const wanted = parseExtension(entry);
    const refusal = create.includes(entry)
      ? extensionRefusal(wanted, options)
      : undefined;
    if (refusal) {
      return refusal;
    }
    const missing = requirementsOf(wanted, facts).filter(
      other => !names.includes(other),
    );
    return missing.length === 0
      ? []
      : deny(
          'extension-requires',
          PATH,
          `The extension ${wanted.name} requires ${missing.join(
            ', ',
          )}; add that to the list`,
        );
  });
  return [...findings, ...trustedFindings(options, findings)];
}

/** Whether the extensions that are there can get another version. */
export function versionFindings({
  database,
  updates,
  facts: { model },
  observed: { updatePaths },
  config,
}: {
  database: string;
  updates: readonly VersionChange[];
  facts: ServerFacts;
  observed: ObservedFacts;
  config: InstanceConfig;
}): Finding[] {
  return updates.flatMap(({ name, from, to }): Finding[] => {
    if (!config.limits.extensions.includes(name)) {
      return [notAllowed(name, config)];
    }
    const known = versionsOf(name, model);
    const version = known.find(each => each.version === to);
    if (!version) {
      return [unknownVersion(name, to, known)];
    }
    if (updatePaths?.[name] === false) {
      return [
        deny(
          'extension-no-update',
          PATH,
          `The extension ${name} has the version ${from}, and the server has no script that leads from there to ${to}. Leave it at ${name}@${from}, or drop the extension first and create it anew, which loses what its tables hold`,
        ),
      ];
    }
    return version.creatable
      ? []
      : [
          deny(
            'extension-not-trusted',
            PATH,
            `The extension ${name} ${to} is not trusted: only a superuser may update to it. Leave it at ${name}@${from}; an administrator can run, in the database ${database}: ALTER EXTENSION ${ident(
              name,
            )} UPDATE TO ${literal(to)};`,
          ),
        ];
  });
}

/** What a version requires; of one that is not named, the server's default. */
export function requirementsOf(
  { name, version }: WantedExtension,
  { extensions, model }: ServerFacts,
): string[] {
  return (
    versionsOf(name, model).find(each => each.version === version) ??
    extensions.find(each => each.name === name) ?? { requires: [] }
  ).requires;
}

function extensionRefusal(
  { name, version }: WantedExtension,
  { database, facts, config }: Options,
): Finding | undefined {
  if (!config.limits.extensions.includes(name)) {
    return notAllowed(name, config);
  }
  const byDefault = facts.extensions.find(each => each.name === name);
  if (!byDefault) {
    return deny(
      'extension-not-available',
      PATH,
      `The extension ${name} is allowed, but not installed on the server; an administrator has to install its package, after which CREATE EXTENSION ${ident(
        name,
      )} works`,
    );
  }
  const versions = versionsOf(name, facts.model);
  const known =
    version === undefined
      ? byDefault
      : versions.find(each => each.version === version);
  if (!known) {
    return unknownVersion(name, version!, versions);
  }
  return known.creatable
    ? undefined
    : deny(
        'extension-not-trusted',
        PATH,
        `Only a superuser may create the extension ${name}${
          version === undefined ? '' : ` ${version}`
        }, for it is not trusted. Leave it out; once the database is there, an administrator can run, in the database ${database}: CREATE EXTENSION ${ident(
          name,
        )} SCHEMA public${
          version === undefined ? '' : ` VERSION ${literal(version)}`
        };`,
      );
}

function notAllowed(name: string, { limits }: InstanceConfig): Finding {
  const allowed = [...limits.extensions].sort().join(', ') || 'none';
  return deny(
    'extension-not-allowed',
    PATH,
    `The extension ${name} is not on this instance's allow-list (limits.extensions); allowed: ${allowed}`,
  );
}

function unknownVersion(
  name: string,
  version: string,
  known: { version: string; isDefault: boolean }[],
): Finding {
  return deny(
    'extension-version',
    PATH,
    `The server has no version ${version} of the extension ${name}; it has ${known
      .map(each => `${each.version}${each.isDefault ? ' (its default)' : ''}`)
      .join(', ')}`,
  );
}

/** That no administrator is needed, for whom one is. */
function trustedFindings(
  { create, facts }: Options,
  denied: readonly Finding[],
): Finding[] {
  if (create.length === 0 || denied.length > 0) {
    return [];
  }
  const versions = create.map(entry => {
    const { name, version } = parseExtension(entry);
    const chosen =
      version ??
      versionsOf(name, facts.model).find(({ isDefault }) => isDefault)?.version;
    return [name, ...(chosen ? [chosen] : [])].join(' ');
  });
  return [
    info(
      'extension-trusted',
      PATH,
      `${versions.join(', ')}: trusted, so that no superuser is needed`,
    ),
  ];
}

function versionsOf(name: string, model: ServerFacts['model']) {
  return model.extensionVersions.filter(each => each.name === name);
}
