import path from 'node:path';
import { parseArgs } from 'node:util';
import { load as measure } from '@data-resources/test-bench';
import { UsageError } from '../engineOptions';
import { interruptSignal } from '../interrupt';
import { say } from '../output';
import { portalFolder } from '../paths';

/** `./portal bench load`: many clients at once, on an engine that does nothing. */
export async function load(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      clients: { type: 'string', default: '64' },
      seconds: { type: 'string', default: '20' },
      profile: { type: 'boolean', default: false },
    },
  });
  const [clients, seconds] = [Number(values.clients), Number(values.seconds)];
  if (!(Number.isInteger(clients) && clients > 0 && seconds > 0)) {
    throw new UsageError('--clients and --seconds are numbers above 0');
  }
  const profile = path.join(portalFolder, 'bench', 'load.cpuprofile');
  const errors = await measure({
    folder: path.join(portalFolder, 'bench', `load-${process.pid}`),
    clients,
    seconds,
    profile: values.profile ? profile : undefined,
    say,
    signal: interruptSignal(),
  });
  if (values.profile) {
    say(`${path.relative(process.cwd(), profile)} has the profile`);
  }
  errors.slice(0, 20).forEach(error => say(`WRONG  ${error}`));
  return errors.length === 0 ? 0 : 1;
}
