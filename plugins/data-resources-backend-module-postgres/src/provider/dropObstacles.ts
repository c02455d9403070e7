import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { ident, literal } from '../sql/identifiers';
import type { Attached, AttachedRow } from './attached';
import { isClosed } from './catalog';

/** More statements than that are only counted. */
const MOST_NAMED = 5;

/** A database that is to be dropped, now or after its quarantine. */
export interface Held {
  database: string;
  attached: Attached;
  /** Where it refuses connections: the limit that it has besides. */
  closed?: { connectionLimit: number };
}

/** What the server drops no database for. */
export interface DropObstacle {
  rule: 'subscription' | 'prepared-transaction';
  message: string;
}

/** Why the server would refuse to drop a database, each with what ends that. */
export function obstaclesOf({
  database,
  attached: { subscriptions, prepared },
  closed,
}: Held): DropObstacle[] {
  const run = (statements: string[]) => {
    const alter = `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS`;
    const text = some(statements);
    return closed
      ? `An administrator lets superusers alone in with: ${alter} true CONNECTION LIMIT 0; runs in the database: ${text} and closes it again with: ${alter} false CONNECTION LIMIT ${closed.connectionLimit};`
      : `Whoever owns it, or an administrator, runs in the database: ${text}`;
  };
  return [
    ...(subscriptions.length > 0
      ? [
          {
            rule: 'subscription' as const,
            message: `The server does not drop ${database} as long as it has the subscription ${subscriptions
              .map(({ name }) => name)
              .join(', ')}. ${run(
              subscriptions.map(
                ({ name }) => `DROP SUBSCRIPTION ${ident(name)};`,
              ),
            )} Where the publisher is gone, ALTER SUBSCRIPTION … DISABLE and … SET (slot_name = NONE) come first`,
          },
        ]
      : []),
    ...(prepared.length > 0
      ? [
          {
            rule: 'prepared-transaction' as const,
            message: `The server does not drop ${database} as long as ${
              prepared.length === 1
                ? 'a transaction is'
                : `${prepared.length} transactions are`
            } prepared there, by ${[
              ...new Set(prepared.map(({ owner }) => owner)),
            ].join(
              ', ',
            )}: neither committed nor rolled back. Once it is known which of both is right, ${lower(
              run(
                prepared.map(({ gid }) => `ROLLBACK PREPARED ${literal(gid)};`),
              ),
            )} or COMMIT PREPARED in its place`,
          },
        ]
      : []),
  ];
}

/**
 * What to wait for before anything is done to a database that is to be dropped: it is neither
 * closed nor dumped for nothing.
 */
export function waitForObstacles(row: AttachedRow): ProviderError | undefined {
  const { name: database, attached, connectionLimit } = row;
  const messages = obstaclesOf({
    database,
    attached,
    ...(isClosed(row) ? { closed: { connectionLimit } } : {}),
  }).map(({ message }) => message);
  return messages.length > 0
    ? new ProviderError('Unreachable', messages.join('; '))
    : undefined;
}

function some(statements: string[]): string {
  const more = statements.length - MOST_NAMED;
  return [
    ...statements.slice(0, MOST_NAMED),
    ...(more > 0 ? [`and ${more} more`] : []),
  ].join(' ');
}

function lower([first, ...rest]: string): string {
  return [first.toLowerCase(), ...rest].join('');
}
