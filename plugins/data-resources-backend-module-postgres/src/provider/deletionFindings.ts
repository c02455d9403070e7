import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { ident, literal } from '../sql/identifiers';
import type { DatabaseSpec } from '../type/specSchema';
import { INTERRUPTED_DROP } from './catalog';
import { obstaclesOf } from './dropObstacles';
import { observedFacts, observedSpec } from './facts';
import { denyForNow, warn } from './findings';

type Input = PlanInput<DatabaseSpec>;

/** What the server would refuse to drop the database for, and what goes with it unasked. */
export function deletionFindings(input: Input): Finding[] {
  const { object, observed } = input;
  if (!observed.ours) {
    return [];
  }
  const { visitors = [], isTemplate } = observedFacts(observed.facts);
  const { name } = object;
  return [
    ...obstacles(input).map(({ rule, message }) =>
      denyForNow(rule, 'name', message),
    ),
    ...slotFindings(input, 'It goes with the database'),
    ...(visitors.length > 0
      ? [
          warn(
            'delete-visitors',
            'name',
            `${visitors.join(
              ', ',
            )} is connected, and the portal may not end the session: the database is refused to others meanwhile, and dropped when the session ends, or an administrator ends it with: SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${literal(
              name,
            )} AND usename IN (${visitors.map(literal).join(', ')});`,
          ),
        ]
      : []),
    ...(isTemplate
      ? [
          warn(
            'delete-template',
            'name',
            `Somebody made ${name} a template, which others may be about to copy. It ceases to be one before it is dropped: ALTER DATABASE ${ident(
              name,
            )} IS_TEMPLATE false;`,
          ),
        ]
      : []),
  ];
}

/** The same of a quarantine, within which all of that is harder to end, and goes on. */
export function heldFindings(input: Input): Finding[] {
  return [
    ...obstacles(input).map(({ rule, message }) =>
      warn(
        rule,
        'name',
        `${message}. Once the database is in quarantine nobody can connect to do that`,
      ),
    ),
    ...slotFindings(input, 'The server keeps all that it writes until then'),
  ];
}

function obstacles({ object, observed }: Input) {
  const { attached, closed } = observedFacts(observed.facts);
  const { connectionLimit } = observedSpec(observed);
  return attached && connectionLimit !== INTERRUPTED_DROP
    ? obstaclesOf({
        database: object.name,
        attached,
        ...(closed ? { closed: { connectionLimit } } : {}),
      })
    : [];
}

function slotFindings(
  { observed, object }: Input,
  consequence: string,
): Finding[] {
  const { slots = [] } = observedFacts(observed.facts).attached ?? {};
  return slots.map(({ name, active }) =>
    warn(
      'replication-slot',
      'name',
      `${
        active ? 'Somebody reads' : 'Somebody has read, and may again read,'
      } the changes of ${
        object.name
      } by the logical replication slot ${name}, such as a subscription of another database. ${consequence}. Once its reader is to be given up, an administrator runs: SELECT pg_drop_replication_slot(${literal(
        name,
      )});`,
    ),
  );
}
