import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { MissingPrerequisiteError, requireJava17OrNewer } from './findJava';

/** Servers that come from Maven Central. */
export type JarSet = 'kafka' | 'cassandra';

const titles: Record<JarSet, string> = {
  kafka: 'Apache Kafka 4.3.1 (92 files, 55 MB)',
  cassandra: 'Apache Cassandra 5.0.9 (100 files, 67 MB)',
};

const packageRoot = path.dirname(
  require.resolve('@data-resources/test-engines/package.json'),
);
const repositoryRoot = path.resolve(packageRoot, '../..');

/** Where the jars lie once they are fetched; another declaration, another folder. */
export async function jarsFolder(set: JarSet): Promise<string> {
  const pom = await fs.readFile(pomFile(set));
  const hash = createHash('sha256').update(pom).digest('hex').slice(0, 12);
  return path.join(repositoryRoot, '.portal', 'jars', `${set}-${hash}`);
}

/** Whether the jars are there already. */
export async function hasJars(set: JarSet): Promise<boolean> {
  const folder = await jarsFolder(set);
  return fs.access(folder).then(
    () => true,
    () => false,
  );
}

/** The Maven program in PATH or in MAVEN_HOME, if any. */
export async function findMaven(
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const folders = [
    ...[env.MAVEN_HOME, env.M2_HOME].flatMap(home =>
      home ? [path.join(home, 'bin')] : [],
    ),
    ...(env.PATH ?? '').split(path.delimiter),
  ];
  for (const folder of folders) {
    const program = path.join(folder, 'mvn');
    const usable = await fs.access(program, fs.constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) {
      return program;
    }
  }
  return undefined;
}

/**
 * The folder with a server's jars. They are fetched once: from Maven's own local
 * repository when they are there, which works offline, else from Maven Central.
 *
 * @throws {@link MissingPrerequisiteError} when they must be fetched and Maven is missing
 */
export async function requireJars(
  set: JarSet,
  progress: (line: string) => void,
): Promise<string> {
  const folder = await jarsFolder(set);
  if (await hasJars(set)) {
    return folder;
  }
  const maven = await findMaven();
  if (!maven) {
    throw new MissingPrerequisiteError(
      `Maven is needed once, to fetch ${titles[set]}, and is not in PATH; install it (Debian and Ubuntu: 'apt-get install maven', macOS: 'brew install maven')`,
    );
  }
  // Fetched aside and renamed, so that a killed fetch leaves no half-filled folder.
  const part = `${folder}.${process.pid}.part`;
  await fs.rm(part, { recursive: true, force: true });
  await fs.mkdir(part, { recursive: true });
  try {
    const begin = Date.now();
    const arguments_ = [
      '-B',
      '-f',
      pomFile(set),
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${part}`,
    ];
    progress(`Looking for ${titles[set]} in Maven's local repository`);
    const offline = await runMaven(maven, ['-o', ...arguments_], () => {});
    if (offline.code !== 0) {
      progress(`Fetching ${titles[set]} from Maven Central, once`);
      const online = await runMaven(maven, arguments_, progress);
      if (online.code !== 0) {
        throw new Error(
          `Maven could not fetch ${titles[set]}:\n${online.errors.join('\n')}`,
        );
      }
    }
    await fs.rename(part, folder).catch(async error => {
      // Somebody else was faster.
      if (!(await hasJars(set))) {
        throw error;
      }
    });
    progress(
      `${titles[set]} is there after ${((Date.now() - begin) / 1000).toFixed(
        1,
      )} s`,
    );
  } finally {
    await fs.rm(part, { recursive: true, force: true });
  }
  return folder;
}

function pomFile(set: JarSet): string {
  return path.join(packageRoot, 'jars', set, 'pom.xml');
}

async function runMaven(
  maven: string,
  args: string[],
  progress: (line: string) => void,
): Promise<{ code: number | null; errors: string[] }> {
  const { home } = await requireJava17OrNewer();
  const child = spawn(maven, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, JAVA_HOME: home },
  });
  const errors: string[] = [];
  let files = 0;
  let reported = Date.now();
  const onLine = (line: string) => {
    if (line.includes('[ERROR]')) {
      errors.push(line);
    }
    const file = /Downloaded from .*\/([^/ ]+\.jar)/.exec(line)?.[1];
    if (file) {
      files += 1;
      if (Date.now() - reported > 5_000) {
        reported = Date.now();
        progress(`  ${files} files so far, the last one ${file}`);
      }
    }
  };
  createInterface({ input: child.stdout }).on('line', onLine);
  createInterface({ input: child.stderr }).on('line', onLine);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, errors };
}
