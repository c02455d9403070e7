import type { QueryResultRow } from 'pg';

/** Answers of queries that a database gave, for as long as it is told to be the same. */
export class QueryMemory {
  readonly #answers = new Map<string, QueryResultRow[]>();

  recall<Row extends QueryResultRow>(
    sql: string,
    values: unknown[] = [],
  ): Row[] | undefined {
    return this.#answers.get(keyOf(sql, values)) as Row[] | undefined;
  }

  keep(sql: string, values: unknown[] = [], rows: QueryResultRow[] = []): void {
    this.#answers.set(keyOf(sql, values), rows);
  }
}

/** Thrown where something is asked that is not remembered, and there is no connection. */
export class NotRememberedError extends Error {
  name = 'NotRememberedError' as const;
}

function keyOf(sql: string, values: unknown[]): string {
  return JSON.stringify([sql, values]);
}
