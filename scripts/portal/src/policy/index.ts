import { parseArgs } from 'node:util';
import { UsageError } from '../engineOptions';
import { say } from '../output';
import { policyTest } from './policyTest';

/** `./portal policy test`: what policies say about the example requests of a file. */
export async function policy(args: string[]): Promise<number> {
  const { positionals } = parseArgs({ args, allowPositionals: true });
  const [command, file, ...rest] = positionals;
  if (command !== 'test' || file === undefined || rest.length > 0) {
    throw new UsageError(
      "policy takes 'test' and one file, e.g. ./portal policy test docs/examples/policies.yaml",
    );
  }
  return policyTest(file, say);
}
