import { parseArgs } from 'node:util';
import type { AuditVerification } from '@data-resources/plugin-data-resources-common';
import { AuditVerifier } from '../AuditVerifier';
import { parseHead } from '../parseAuditQuery';
import { openAuditDatabase } from './openAuditDatabase';

const USAGE = `Usage: data-resources-audit verify [options]

Reads the audit trail from the database, without the backend, and finds the first row that was
changed, removed or inserted.

  --head <position>:<hash>  a head that was logged (audit-head); finds a tail that was cut off
                            and a chain that was made anew; may be given several times
  --database-url <url>      the plugin's database, for example
                            postgresql://auditor@host/backstage_plugin_data-resources;
                            SELECT on the table audit is enough; the password may stand in
                            PGPASSWORD
  --schema <name>           where the backend keeps plugins apart by schema: data-resources
  --config <file>           instead of an address: an app-config file of the backend; may be
                            given several times
  --json                    print the answer of GET /audit/verify

Exit code: 0 the trail holds, 1 it does not, 2 it could not be verified.
`;

/**
 * Where the command writes.
 *
 * @public
 */
export interface AuditCommandOutput {
  out(text: string): void;
  err(text: string): void;
}

const standardOutput: AuditCommandOutput = {
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
};

/**
 * The program `data-resources-audit`: verifies the audit trail straight from the database, so
 * that nobody has to trust the backend that wrote it. Answers the exit code.
 *
 * @public
 */
export async function auditCommand(
  args: string[],
  output: AuditCommandOutput = standardOutput,
): Promise<number> {
  try {
    return await verify(args, output);
  } catch (error) {
    // Only the message: what else an error of a driver holds may be an address with a password.
    output.err(
      `data-resources-audit: ${
        error instanceof Error ? error.message : 'failed'
      }${hint(error)}\n`,
    );
    return 2;
  }
}

async function verify(
  args: string[],
  { out, err }: AuditCommandOutput,
): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      head: { type: 'string', multiple: true, default: [] },
      'database-url': { type: 'string' },
      schema: { type: 'string' },
      config: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.join(' ') !== 'verify') {
    err(USAGE);
    return 2;
  }
  const heads = values.head.map(parseHead);
  const knex = await openAuditDatabase({
    databaseUrl: values['database-url'],
    schema: values.schema,
    configFiles: values.config,
  });
  try {
    const answer = await AuditVerifier.create({ knex }).verify({ heads });
    out(values.json ? `${JSON.stringify(answer)}\n` : describe(answer));
    return answer.verified ? 0 : 1;
  } finally {
    await knex.destroy();
  }
}

function describe(answer: AuditVerification): string {
  const { rows, unnumbered, head, problem } = answer;
  const lines = problem
    ? [
        `The audit trail does NOT hold from position ${problem.position} on (${problem.kind}).`,
        problem.message,
        `Rows before it that are as they were written: ${rows}`,
      ]
    : [`The audit trail holds. Rows: ${rows}`];
  if (head) {
    lines.push(
      `${problem ? 'Last good row' : 'Head'}: ${head.position}:${head.hash}`,
    );
  }
  if (unnumbered > 0) {
    lines.push(`Rows that are not yet part of the chain: ${unnumbered}`);
  }
  return `${lines.join('\n')}\n`;
}

function hint(error: unknown): string {
  return (error as { code?: string } | null)?.code === '42P01'
    ? '. Name the database of the plugin, by default backstage_plugin_data-resources'
    : '';
}
