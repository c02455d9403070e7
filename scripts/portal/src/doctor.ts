import { promises as fs } from 'node:fs';
import path from 'node:path';
import {
  DEFAULT_BASE_PORT,
  findJavas,
  findMaven,
  hasJars,
  isFree,
  portsFrom,
} from '@data-resources/test-engines';
import { CHROMIUM, hasChromium, HOW_TO_GET_CHROMIUM } from './chromium';
import { say } from './output';
import { portalFolder, repositoryRoot } from './paths';

interface Finding {
  title: string;
  /** True for what is good, false for what must be got, and undefined for a hint. */
  ok: boolean | undefined;
  detail: string;
}

const NEEDED_DISK_GB = 5;

/** `./portal doctor`: what is there, what is missing, and how to get it. */
export async function doctor(): Promise<number> {
  const findings = [
    await node(),
    await dependencies(),
    ...(await java()),
    await maven(),
    await chromium(),
    await ports(),
    await disk(),
  ];
  for (const { title, ok, detail } of findings) {
    const mark = { true: 'ok     ', false: 'MISSING', undefined: 'note   ' }[
      String(ok)
    ];
    say(`${mark}  ${title.padEnd(14)} ${detail}`);
  }
  return findings.some(({ ok }) => ok === false) ? 1 : 0;
}

async function node(): Promise<Finding> {
  const bundled = process.execPath.startsWith(repositoryRoot);
  return {
    title: 'Node',
    ok: true,
    detail: `${process.version} ${
      bundled ? 'from the dependencies' : `in ${process.execPath}`
    }`,
  };
}

async function dependencies(): Promise<Finding> {
  const state = await fs.stat(
    path.join(repositoryRoot, 'node_modules/.yarn-state.yml'),
  );
  return {
    title: 'Dependencies',
    ok: true,
    detail: `installed on ${state.mtime.toISOString().slice(0, 10)}`,
  };
}

async function java(): Promise<Finding[]> {
  const javas = await findJavas();
  const java17 = javas.find(({ version }) => version === 17);
  const newer = javas.find(({ version }) => version > 17);
  const how =
    "'apt-get install openjdk-17-jre-headless', or set JAVA17_HOME to its folder; the portal starts without it";
  return [
    {
      title: 'Cassandra',
      ok: Boolean(java17),
      detail: java17
        ? `Java 17 in ${java17.home}, ${await jars('cassandra')}`
        : `needs Java 17: ${how}`,
    },
    {
      title: 'Kafka',
      ok: Boolean(java17 ?? newer),
      detail:
        java17 ?? newer
          ? `Java ${(java17 ?? newer)?.version} in ${
              (java17 ?? newer)?.home
            }, ${await jars('kafka')}`
          : `needs Java 17 or newer: ${how}`,
    },
  ];
}

async function jars(set: 'kafka' | 'cassandra'): Promise<string> {
  return (await hasJars(set))
    ? 'jars are fetched'
    : 'jars will be fetched at the first start';
}

async function maven(): Promise<Finding> {
  const program = await findMaven();
  const fetched = (await hasJars('kafka')) && (await hasJars('cassandra'));
  if (program) {
    return { title: 'Maven', ok: true, detail: program };
  }
  return {
    title: 'Maven',
    ok: fetched ? undefined : false,
    detail: fetched
      ? 'is missing, and all that it fetches is there'
      : "fetches Kafka and Cassandra once: 'apt-get install maven', or set MAVEN_HOME",
  };
}

async function chromium(): Promise<Finding> {
  const found = await hasChromium();
  const root = process.getuid?.() === 0;
  return {
    title: 'Chromium',
    ok: found ? true : undefined,
    detail: found
      ? CHROMIUM
      : `for the browser tests only: ${
          root
            ? "'./portal test' installs it"
            : `as root, '${HOW_TO_GET_CHROMIUM}'`
        }`,
  };
}

async function ports(): Promise<Finding> {
  const wanted = { app: 3000, backend: 7007, ...portsFrom(DEFAULT_BASE_PORT) };
  const taken: string[] = [];
  for (const [name, port] of Object.entries(wanted)) {
    if (!(await isFree(port))) {
      taken.push(`${port} (${name})`);
    }
  }
  return {
    title: 'Ports',
    ok: taken.length === 0 ? true : undefined,
    detail:
      taken.length === 0
        ? `3000, 7007 and ${DEFAULT_BASE_PORT} to ${
            DEFAULT_BASE_PORT + 21
          } are free`
        : `taken, by a portal or by another program: ${taken.join(
            ', ',
          )}; './portal start --port <name>=<port>' chooses others`,
  };
}

async function disk(): Promise<Finding> {
  const { bavail, bsize } = await fs.statfs(repositoryRoot);
  const free = (bavail * bsize) / 1e9;
  return {
    title: 'Disk',
    ok: free > NEEDED_DISK_GB ? true : undefined,
    detail: `${free.toFixed(0)} GB free for ${
      path.relative(process.cwd(), portalFolder) || '.'
    }${free > NEEDED_DISK_GB ? '' : `; ${NEEDED_DISK_GB} GB are comfortable`}`,
  };
}
