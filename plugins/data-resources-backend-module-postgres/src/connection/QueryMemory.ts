import type { QueryResultRow } from 'pg';

interface Question {
  sql: string;
  values?: unknown[];
}

/** Answers of queries that a database gave, for as long as it is told to be the same. */
export class QueryMemory {
  readonly #answers = new Map<
    string,
    { question: Question; rows: QueryResultRow[] }
  >();

  recall<Row extends QueryResultRow>(
    sql: string,
    values?: unknown[],
  ): Row[] | undefined {
    return this.#answers.get(keyOf({ sql, values }))?.rows as Row[] | undefined;
  }

  keep(
    sql: string,
    values: unknown[] | undefined,
    rows: QueryResultRow[],
  ): void {
    const question = { sql, values };
    this.#answers.set(keyOf(question), { question, rows });
  }

  /** Whether another one would give the same answers. */
  equals(other: QueryMemory): boolean {
    return this.#text() === other.#text();
  }

  /** What was asked, in the order in which it was asked first. */
  questions(): Question[] {
    return [...this.#answers.values()].map(({ question }) => question);
  }

  #text(): string {
    return JSON.stringify(
      [...this.#answers].map(([key, { rows }]) => [key, rows]).sort(),
    );
  }
}

/** Thrown where something is asked that is not remembered, and there is no connection. */
export class NotRememberedError extends Error {
  name = 'NotRememberedError' as const;
}

function keyOf({ sql, values = [] }: Question): string {
  return values.length === 0 ? sql : JSON.stringify([sql, values]);
}
