/** How one part of a run went. */
export interface PartResult {
  part: string;
  attempts: number;
  /** Ended as if nothing had happened. */
  recovered: number;
  /** Ended with a plain "no" that is on record; nothing is wrong with the engine. */
  failed: number;
  /** Did not end, or its effect is missing. */
  lost: number;
  /** Was done twice. */
  doubled: number;
  /** Something is there that should not be, or what is not ours has changed. */
  orphaned: number;
  durationMs: number;
  /** What was found, for people. */
  notes: string[];
}

/** Counts what becomes of attempts. */
export class Part {
  readonly #result: PartResult;
  readonly #begin = Date.now();

  private constructor(name: string) {
    this.#result = {
      part: name,
      attempts: 0,
      recovered: 0,
      failed: 0,
      lost: 0,
      doubled: 0,
      orphaned: 0,
      durationMs: 0,
      notes: [],
    };
  }

  static begin(name: string): Part {
    return new Part(name);
  }

  count(
    outcome: 'recovered' | 'failed' | 'lost' | 'doubled' | 'orphaned',
    note?: string,
  ): void {
    this.#result.attempts += 1;
    this.#result[outcome] += 1;
    if (note) {
      this.#result.notes.push(`${outcome}: ${note}`);
    }
  }

  /** Something wrong that is no attempt of its own. */
  blame(outcome: 'lost' | 'doubled' | 'orphaned', note: string): void {
    this.#result[outcome] += 1;
    this.#result.notes.push(`${outcome}: ${note}`);
  }

  remark(note: string): void {
    this.#result.notes.push(note);
  }

  end(): PartResult {
    return { ...this.#result, durationMs: Date.now() - this.#begin };
  }
}

/** Whether anything must not be as it is. */
export function isBad({ lost, doubled, orphaned }: PartResult): boolean {
  return lost + doubled + orphaned > 0;
}

/** The results as a table for a terminal. */
export function tableOf(results: readonly PartResult[]): string {
  const head = [
    'part',
    'attempts',
    'recovered',
    'failed',
    'lost',
    'doubled',
    'orphaned',
    'duration',
  ];
  const rows = results.map(result => [
    result.part,
    ...[
      result.attempts,
      result.recovered,
      result.failed,
      result.lost,
      result.doubled,
      result.orphaned,
    ].map(String),
    `${Math.round(result.durationMs / 1000)} s`,
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map(row => row[column].length)),
  );
  return [head, ...rows]
    .map(row =>
      row
        .map((cell, column) =>
          column === 0
            ? cell.padEnd(widths[column])
            : cell.padStart(widths[column]),
        )
        .join('  '),
    )
    .join('\n');
}
