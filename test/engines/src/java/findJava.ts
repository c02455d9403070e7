import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Java runtime on this machine. */
export interface Java {
  /** Its folder, as JAVA_HOME names it. */
  home: string;
  /** The `java` program. */
  binary: string;
  /** Major version, e.g. 17. */
  version: number;
}

/** Says in its message what is missing and how to get it. */
export class MissingPrerequisiteError extends Error {
  override name = 'MissingPrerequisiteError';
}

const HOW_TO_GET =
  "install one (Debian and Ubuntu: 'apt-get install openjdk-17-jre-headless', macOS: 'brew install openjdk@17') or set JAVA17_HOME to its folder";

/**
 * Every Java on this machine: JAVA17_HOME, JAVA_HOME, the one in PATH, and what lies
 * in the usual folders, in this order.
 */
export async function findJavas(
  env: NodeJS.ProcessEnv = process.env,
): Promise<Java[]> {
  const homes = [
    env.JAVA17_HOME,
    env.JAVA_HOME,
    ...(env.PATH ?? '').split(path.delimiter).map(homeOfProgramIn),
    ...(await foldersIn('/usr/lib/jvm')),
    ...(await foldersIn('/opt')),
    ...(await foldersIn('/opt/homebrew/opt')),
    ...(await foldersIn(`${env.HOME}/.sdkman/candidates/java`)),
    ...(await foldersIn('/Library/Java/JavaVirtualMachines')).map(folder =>
      path.join(folder, 'Contents/Home'),
    ),
  ];
  const javas = new Map<string, Java>();
  for (const home of homes) {
    const resolved = await resolveHome(await home);
    if (resolved && !javas.has(resolved)) {
      const version = await versionOf(resolved);
      if (version !== undefined) {
        javas.set(resolved, {
          home: resolved,
          binary: path.join(resolved, 'bin/java'),
          version,
        });
      }
    }
  }
  return [...javas.values()];
}

/**
 * The Java for Cassandra 5, which runs on 17 and on nothing newer.
 *
 * @throws {@link MissingPrerequisiteError} when there is none
 */
export async function requireJava17(): Promise<Java> {
  const javas = await findJavas();
  const java = javas.find(({ version }) => version === 17);
  if (!java) {
    throw new MissingPrerequisiteError(
      `Cassandra 5 needs Java 17 and no other; ${found(javas)}; ${HOW_TO_GET}`,
    );
  }
  return java;
}

/**
 * The Java for Kafka 4: 17 where there is one, else anything newer.
 *
 * @throws {@link MissingPrerequisiteError} when there is none
 */
export async function requireJava17OrNewer(): Promise<Java> {
  const javas = await findJavas();
  const java =
    javas.find(({ version }) => version === 17) ??
    javas.find(({ version }) => version > 17);
  if (!java) {
    throw new MissingPrerequisiteError(
      `Kafka 4 needs Java 17 or newer; ${found(javas)}; ${HOW_TO_GET}`,
    );
  }
  return java;
}

function found(javas: Java[]): string {
  return javas.length === 0
    ? 'no Java was found'
    : `found ${javas
        .map(({ version, home }) => `${version} in ${home}`)
        .join(', ')}`;
}

async function homeOfProgramIn(folder: string): Promise<string | undefined> {
  try {
    const program = await fs.realpath(path.join(folder, 'java'));
    return path.resolve(program, '../..');
  } catch {
    return undefined;
  }
}

async function foldersIn(parent: string): Promise<string[]> {
  const names = await fs.readdir(parent).catch(() => []);
  return names.sort().map(name => path.join(parent, name));
}

async function resolveHome(
  home: string | undefined,
): Promise<string | undefined> {
  try {
    const resolved = await fs.realpath(home || '/nonexistent');
    await fs.access(path.join(resolved, 'bin/java'), fs.constants.X_OK);
    return resolved;
  } catch {
    return undefined;
  }
}

async function versionOf(home: string): Promise<number | undefined> {
  // The release file spares a start of the virtual machine; not every build has it.
  const release = await fs
    .readFile(path.join(home, 'release'), 'utf8')
    .catch(() => '');
  const text =
    /^JAVA_VERSION="?([^"\n]+)/m.exec(release)?.[1] ??
    (await run(path.join(home, 'bin/java'), ['-version']).then(
      ({ stderr }) => /version "([^"]+)"/.exec(stderr)?.[1],
      () => undefined,
    ));
  const major = Number(text?.replace(/^1\./, '').split(/[.+-]/)[0]);
  return Number.isInteger(major) && major > 0 ? major : undefined;
}
