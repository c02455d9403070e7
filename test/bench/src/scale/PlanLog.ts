import { promises as fs } from 'node:fs';
import type { BenchDatabase } from '../BenchDatabase';

/** A node of a plan as PostgreSQL explains it. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** A statement that ran, with how it did. */
export interface ExplainedStatement {
  database: string;
  sql: string;
  plan: PlanNode;
}

/** Reads, from the log of the server, the plans of the very statements that ran. */
export class PlanLog {
  readonly #database: BenchDatabase;

  private constructor(database: BenchDatabase) {
    this.#database = database;
  }

  /** Before the first session of those that are looked at. */
  static async create(database: BenchDatabase): Promise<PlanLog> {
    await database.configure({ session_preload_libraries: 'auto_explain' });
    return new PlanLog(database);
  }

  /**
   * Whether the server explains what it does; it takes time.
   *
   * @param isSmall - a table of a few pages is read through even where an index would do; this way that happens only
   *   where there is none
   */
  async switch(on: boolean, { isSmall = false } = {}): Promise<void> {
    await this.#database.configure({
      'auto_explain.log_min_duration': on ? '0' : '-1',
      'auto_explain.log_analyze': on ? 'on' : 'off',
      'auto_explain.log_timing': 'off',
      'auto_explain.log_format': 'json',
      enable_seqscan: on && isSmall ? 'off' : 'on',
      log_line_prefix: '%m [%p] %q%u@%d ',
    });
  }

  /** What ran in a database while a function did. */
  async during(
    database: string,
    work: () => Promise<void>,
  ): Promise<ExplainedStatement[]> {
    const file = this.#database.postgres.logFile;
    const { size: begin } = await fs.stat(file);
    await work();
    const { size: end } = await fs.stat(file);
    const handle = await fs.open(file);
    try {
      const buffer = Buffer.alloc(end - begin);
      await handle.read(buffer, 0, buffer.length, begin);
      return parse(buffer.toString()).filter(
        statement => statement.database === database,
      );
    } finally {
      await handle.close();
    }
  }
}

function parse(log: string): ExplainedStatement[] {
  const begins = /^\S+ \S+ \S+ \[\d+\] \S+?@(.+?) LOG: {2}duration: .* plan:$/;
  const statements: ExplainedStatement[] = [];
  const lines = log.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const match = begins.exec(lines[at]);
    if (!match) {
      continue;
    }
    let json = '';
    while (lines[at + 1]?.startsWith('\t')) {
      at += 1;
      json += `${lines[at]}\n`;
    }
    // The last one may still be written.
    const text = json.trim();
    if (text.endsWith('}')) {
      const explained = JSON.parse(text) as {
        'Query Text': string;
        Plan: PlanNode;
      };
      statements.push({
        database: match[1],
        sql: explained['Query Text'],
        plan: explained.Plan,
      });
    }
  }
  return statements;
}
