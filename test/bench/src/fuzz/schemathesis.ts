import { execFile, spawn } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageFolder } from '../paths';

const run = promisify(execFile);
const requirements = path.join(packageFolder, 'schemathesis.txt');

/** What an answer must not be, and must be. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
];

/**
 * Installs schemathesis into a folder, once for each list of versions.
 *
 * @returns its program
 */
export async function requireSchemathesis(
  folder: string,
  say: (line: string) => void,
): Promise<string> {
  const program = path.join(folder, 'bin/schemathesis');
  const stamp = path.join(folder, 'installed.txt');
  const wanted = await fs.readFile(requirements, 'utf8');
  if ((await fs.readFile(stamp, 'utf8').catch(() => '')) === wanted) {
    return program;
  }
  say('Installing schemathesis (some seconds, once)');
  try {
    await run('python3', [
      '-c',
      'import sys, venv; assert sys.version_info >= (3, 10), sys.version',
    ]);
  } catch (error) {
    throw new Error(
      `Fuzzing needs Python 3.10 or newer with venv, on Debian 'apt-get install python3-venv': ${
        (error as Error).message
      }`,
    );
  }
  await fs.rm(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder]);
  await run(path.join(folder, 'bin/pip'), [
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--requirement',
    requirements,
  ]);
  await fs.writeFile(stamp, wanted);
  return program;
}

/** Makes calls up from a document, and says what the answers lack. */
export async function runSchemathesis(options: {
  program: string;
  folder: string;
  document: object;
  url: string;
  examples: number;
  seed: number;
  /** Whether also the edges of each schema are tried, which are the same in each run. */
  edges: boolean;
  signal: AbortSignal;
}): Promise<{ code: number; output: string }> {
  const { program, folder, document, url, examples, seed, signal } = options;
  const file = path.join(folder, 'openapi.json');
  await fs.writeFile(file, JSON.stringify(document));
  const child = spawn(
    program,
    [
      'run',
      file,
      `--url=${url}`,
      `--checks=${CHECKS.join(',')}`,
      `--phases=${options.edges ? 'coverage,fuzzing' : 'fuzzing'}`,
      `--max-examples=${examples}`,
      `--seed=${seed}`,
      // Several would share one processor, and Python before 3.12 fails now and then where two of
      // its threads parse at once ('AST constructor recursion depth mismatch').
      '--workers=1',
      '--continue-on-failure',
      '--no-shrink',
      '--suppress-health-check=all',
      '--generation-database=none',
      '--request-timeout=30',
      '--warnings=off',
      '--no-color',
    ],
    { cwd: folder, signal, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', chunk => {
    output += chunk;
  });
  child.stderr.on('data', chunk => {
    output += chunk;
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', exit => resolve(exit ?? 1));
  });
  return { code, output };
}
