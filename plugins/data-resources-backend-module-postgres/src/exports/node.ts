import {
  CA_FILE,
  commentLines,
  quotedText,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import {
  addressesOf,
  connectionOf,
  pooled,
  poolerNote,
  type PostgresConnection,
} from './connectionOf';

/** A module for `pg`. */
export const nodeExport: ExportFormat = {
  id: 'node',
  title: 'Node.js',
  description: 'For pg. The login comes from the environment.',
  audience: 'client',
  render(input) {
    const connection = connectionOf(input);
    const through = pooled(connection);
    const addresses = addressesOf(connection);
    const verifies = connection.sslmode.startsWith('verify');
    const settings = [
      `database: ${quotedText(connection.database)},`,
      `user: process.env.${input.variables.username},`,
      `password: process.env.${input.variables.password},`,
      `ssl: ${sslOf(connection)},`,
    ];
    return {
      fileName: 'postgres.cjs',
      language: 'javascript',
      text: textLines([
        verifies &&
          connection.ca &&
          "const { readFileSync } = require('node:fs');",
        "const { Pool } = require('pg');",
        '',
        ...(through
          ? commentLines(
              [
                poolerNote(through),
                `host: ${quotedText(through.host)}, port: ${through.port}`,
              ],
              '//',
            )
          : []),
        ...(addresses.length > 1
          ? primaryPool(addresses, settings)
          : [
              'const pool = new Pool({',
              `  host: ${quotedText(connection.host)},`,
              `  port: ${connection.port},`,
              ...settings.map(line => `  ${line}`),
              '});',
            ]),
      ]),
    };
  },
};

/** `pg` knows one host: what libpq does by `target_session_attrs` is written out. */
function primaryPool(
  addresses: ReturnType<typeof addressesOf>,
  settings: string[],
): string[] {
  return [
    'const hosts = [',
    ...addresses.map(
      ({ host, port }) => `  { host: ${quotedText(host)}, port: ${port} },`,
    ),
    '];',
    '',
    '// The first that takes changes. Ask again when a query fails with 25006 or the server is gone.',
    'async function primaryPool() {',
    '  const failures = [];',
    '  for (const host of hosts) {',
    '    const pool = new Pool({',
    '      ...host,',
    ...settings.map(line => `      ${line}`),
    '    });',
    "    pool.on('error', () => {});",
    '    try {',
    "      const { rows } = await pool.query('SHOW transaction_read_only');",
    "      if (rows[0].transaction_read_only === 'off') {",
    '        return pool;',
    '      }',
    '      failures.push(`${host.host} takes no changes`);',
    '    } catch (error) {',
    '      failures.push(`${host.host}: ${error.message}`);',
    '    }',
    '    await pool.end();',
    '  }',
    "  throw new Error(failures.join('; '));",
    '}',
  ];
}

function sslOf({ sslmode, ca }: PostgresConnection): string {
  const file = ca ? `ca: readFileSync('${CA_FILE}', 'utf8')` : '';
  return {
    disable: 'false',
    require: '{ rejectUnauthorized: false }',
    'verify-ca': `{${
      file && ` ${file},`
    } checkServerIdentity: () => undefined }`,
    'verify-full': file ? `{ ${file} }` : 'true',
  }[sslmode];
}
