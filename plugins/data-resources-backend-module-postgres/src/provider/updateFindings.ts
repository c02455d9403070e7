import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import type { DatabaseSpec } from '../type/specSchema';
import { INTERRUPTED_DROP } from './catalog';
import type { Differences } from './differences';
import { observedFacts, observedSpec, serverFacts } from './facts';
import { extensionFindings, versionFindings } from './extensionFindings';
import { connectionFindings, deny, info, warn } from './findings';
import { droppedGrantFindings } from './grantFindings';
import { parameterFindings } from './parameterFindings';
import { schemaChangeFindings } from './schemaFindings';

type Input = PlanInput<DatabaseSpec>;

/** The rules on a change: those of a create for what changes, and what it does to what is there. */
export function updateFindings(
  input: Input,
  differences: Differences,
  config: InstanceConfig,
): Finding[] {
  return [
    ...stateFindings(input, differences),
    ...unsupportedFindings(differences),
    ...schemaChangeFindings(input, differences.schemas),
    ...droppedGrantFindings(input, differences.schemas),
    ...extensionChangeFindings(input, differences, config),
    ...connectionChangeFindings(input, differences, config),
    ...parameterChangeFindings(input, differences),
  ];
}

/** Whether it can be worked on at all. */
function stateFindings(
  { observed }: Input,
  differences: Differences,
): Finding[] {
  if (observedSpec(observed).connectionLimit === INTERRUPTED_DROP) {
    return [
      deny(
        'interrupted-drop',
        'name',
        'A DROP DATABASE was interrupted, and nothing but another DROP works on the database: delete it',
      ),
    ];
  }
  if (!observedFacts(observed.facts).closed) {
    return [];
  }
  const why =
    'The database refuses all connections: it is in quarantine, or somebody set ALLOW_CONNECTIONS false';
  const { create, update, drop, schemas } = differences;
  const inside = [
    ...(create.length + update.length + drop.length > 0 ? ['extensions'] : []),
    ...(schemas.create.length + schemas.drop.length > 0 ? ['schemas'] : []),
  ];
  return inside.length > 0
    ? inside.map(field =>
        deny(
          'closed',
          `spec.${field}`,
          `${why}. Its ${field} can be changed once it is restored`,
        ),
      )
    : [
        warn(
          'closed',
          'name',
          `${why}. What is inside cannot be read until it is restored`,
        ),
      ];
}

function unsupportedFindings({ unsupported }: Differences): Finding[] {
  return unsupported.map(({ path, from, to }) =>
    deny(
      'unsupported-change',
      `spec.${path}`,
      `The ${path} of a database is fixed when it is made; leave it at ${from}, or request a new database with ${to} and move the data by pg_dump and pg_restore`,
    ),
  );
}

function extensionChangeFindings(
  { object, desired, observed, instance }: Input,
  { create, update, drop }: Differences,
  config: InstanceConfig,
): Finding[] {
  if (create.length + update.length + drop.length === 0) {
    return [];
  }
  return [
    ...extensionFindings({
      database: object.name,
      all: desired!.extensions,
      create,
      facts: serverFacts(instance.facts),
      config,
    }),
    ...versionFindings({
      database: object.name,
      updates: update,
      facts: serverFacts(instance.facts),
      observed: observedFacts(observed.facts),
      config,
    }),
    ...drop.map(name =>
      warn(
        'extension-drop',
        'spec.extensions',
        `The extension ${name} goes with its types, functions and its own tables and what they hold. PostgreSQL refuses when a table, view or function of the database uses it, and then nothing is changed; queries that call it fail afterwards`,
      ),
    ),
  ];
}

function connectionChangeFindings(
  { desired, observed }: Input,
  { connectionLimit }: Differences,
  config: InstanceConfig,
): Finding[] {
  if (!connectionLimit) {
    return [];
  }
  const open = exceedingSessions(connectionLimit.to, observed);
  return [
    ...connectionFindings(desired!, config),
    ...(open > 0
      ? [
          warn(
            'connection-limit-in-use',
            'spec.connectionLimit',
            `${open} sessions are open now, more than the new limit of ${connectionLimit.to}. They stay, and new ones are refused until fewer are open`,
          ),
        ]
      : []),
  ];
}

/** How many sessions are open, if that is more than a limit. */
function exceedingSessions(limit: number, observed: Input['observed']): number {
  const { sessions = 0 } = observedFacts(observed.facts);
  return limit !== -1 && sessions > limit ? sessions : 0;
}

function parameterChangeFindings(
  { instance }: Input,
  { set, reset }: Differences,
): Finding[] {
  const readOnly = set.some(setsReadOnly);
  return [
    ...parameterFindings(
      Object.fromEntries(set.map(({ name, to }) => [name, to])),
      serverFacts(instance.facts),
      { version: instance.version, isEmpty: false },
    ),
    ...(readOnly
      ? [
          warn(
            'read-only',
            'spec.parameters.default_transaction_read_only',
            'Transactions of new sessions cannot write any more, unless they say READ WRITE themselves',
          ),
        ]
      : []),
    ...(set.length + reset.length > 0
      ? [
          info(
            'new-sessions',
            'spec.parameters',
            'Parameters apply to sessions that begin afterwards; those that are open keep the old values',
          ),
        ]
      : []),
  ];
}

function setsReadOnly({ name, to }: Differences['set'][number]): boolean {
  return (
    name === 'default_transaction_read_only' && ['on', 'true'].includes(to)
  );
}

/** How much harm a change can do. */
export function riskOf(
  { observed }: Input,
  { drop, schemas, connectionLimit, set }: Differences,
): 'low' | 'medium' | 'high' {
  if (drop.length + schemas.drop.length > 0) {
    return 'high';
  }
  const refuses =
    connectionLimit && exceedingSessions(connectionLimit.to, observed) > 0;
  return refuses || set.some(setsReadOnly) ? 'medium' : 'low';
}
