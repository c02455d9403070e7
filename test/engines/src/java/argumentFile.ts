import { writePrivateFile } from '../secrets';

/**
 * Writes arguments for `java @file`. Unlike a command line, a file keeps passwords
 * out of the list of processes and has no limit on its length.
 */
export async function writeArgumentFile(
  file: string,
  args: string[],
): Promise<void> {
  const quoted = args.map(
    arg => `"${arg.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
  );
  await writePrivateFile(file, `${quoted.join('\n')}\n`);
}
