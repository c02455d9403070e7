import { promises as fs } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startEngines, writeDescription } from '@data-resources/test-engines';
import {
  enginePortNames,
  enginePorts,
  enginesFromOnly,
  parsePort,
  parsePorts,
} from './engineOptions';
import { interruptSignal, untilInterrupted } from './interrupt';
import { say } from './output';
import { portalFolder } from './paths';

/** Not the portal's, so that both can run at once. */
const BASE_PORT = '28200';

/** `./portal engines`: the servers alone, until Ctrl-C. */
export async function engines(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      data: { type: 'string', default: path.join(portalFolder, 'engines') },
      'base-port': { type: 'string', default: BASE_PORT },
      port: { type: 'string', multiple: true, default: [] },
      describe: { type: 'string' },
    },
  });
  const folder = path.resolve(values.data);
  const interrupted = interruptSignal();
  const running = await startEngines({
    folder,
    only: enginesFromOnly(values.only),
    ports: await enginePorts(
      parsePort('--base-port', values['base-port']),
      parsePorts(values.port, enginePortNames),
    ),
    volatile: true,
    progress: say,
    signal: interrupted,
  });
  const description = path.resolve(
    values.describe ?? path.join(folder, 'engines.json'),
  );
  try {
    await writeDescription(description, await running.describe());
    say(`Engines are ready. DATA_RESOURCES_TEST_ENGINES=${description}`);
    await untilInterrupted(interrupted);
  } finally {
    say('Stopping the engines');
    await fs.rm(description, { force: true });
    await running.stop();
  }
  return 0;
}
