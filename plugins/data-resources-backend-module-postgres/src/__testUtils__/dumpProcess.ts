import { ConfigReader } from '@backstage/config';
import type { LoggerService } from '@backstage/backend-plugin-api';
import { postgresEngine } from '../postgresEngine';

const logger: LoggerService = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => logger,
};

/** A process of its own that makes a last dump, until it is killed. */
async function main(): Promise<void> {
  const { options, step } = JSON.parse(process.env.DUMP_PROCESS!);
  const instance = postgresEngine.createInstance({
    ...options,
    logger,
    config: new ConfigReader(options.config),
  });
  await instance
    .provider('postgres-database')
    .act([step], { logger, signal: new AbortController().signal });
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
