import { audit } from './audit';
import { bench } from './bench';
import { doctor } from './doctor';
import { engines } from './engines';
import { fault } from './fault';
import { UsageError } from './engineOptions';
import { fuzz } from './fuzz';
import { InterruptedError } from './interrupt';
import { policy } from './policy';
import { start } from './start';
import { test } from './test';
import { usage } from './usage';

const commands: Record<string, (args: string[]) => Promise<number>> = {
  audit,
  bench,
  doctor,
  engines,
  fault,
  fuzz,
  policy,
  start,
  test,
};

async function main([name = '', ...args]: string[]): Promise<number> {
  const command = commands[name];
  if (!command) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    return await command(args);
  } catch (error) {
    if (error instanceof InterruptedError) {
      return 130;
    }
    process.stderr.write(`portal: ${(error as Error).message}\n`);
    return isUsage(error) ? 2 : 1;
  }
}

function isUsage(error: unknown): boolean {
  return (
    error instanceof UsageError ||
    // From parseArgs: an unknown option or a value that is missing.
    String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')
  );
}

main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    process.stderr.write(`portal: ${error.stack}\n`);
    process.exit(1);
  },
);
