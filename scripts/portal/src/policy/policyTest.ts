import { promises as fs } from 'node:fs';
import path from 'node:path';
import { ConfigSources, FileConfigSource } from '@backstage/config-loader';
import { runPolicyTests } from '@data-resources/plugin-data-resources-backend/policyTests';
import { parse } from 'yaml';
import { describeResult } from './describeResult';

/**
 * Judges the example requests of a file and prints what was found. Answers 1 when something is
 * not as the file expects. Throws for what cannot be judged at all, with the file's name.
 */
export async function policyTest(
  file: string,
  say: (line: string) => void,
): Promise<number> {
  const folder = path.dirname(path.resolve(file));
  try {
    const results = await runPolicyTests({
      content: parse(await fs.readFile(file, 'utf8')),
      loadConfig: name => loadConfig(path.resolve(folder, name)),
    });
    results.flatMap(describeResult).forEach(say);
    const failed = results.filter(({ problems }) => problems.length > 0).length;
    say(`${results.length - failed} as expected, ${failed} not`);
    return failed === 0 ? 0 : 1;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** With variables as the portal replaces them; those that are not set are left out. */
async function loadConfig(file: string) {
  const config = await ConfigSources.toConfig(
    FileConfigSource.create({ path: file, watch: false }),
  );
  config.close();
  return config;
}
