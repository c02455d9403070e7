import { promises as fs } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** What failed, for the end of the run. */
export interface Failure {
  /** The test with its file, or the program. */
  name: string;
  message: string;
}

/** Outcome of a suite, or of all of them. */
export interface Tally {
  passed: number;
  failed: number;
  /** At most as many as failed: a runner that crashes names none. */
  failures: Failure[];
}

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that failed before any of their tests ran. */
  numRuntimeErrorTestSuites: number;
  testResults?: {
    name: string;
    status: string;
    message: string;
    assertionResults: {
      fullName: string;
      status: string;
      failureMessages: string[] | null;
    }[];
  }[];
}

interface PlaywrightError {
  message?: string;
}

interface PlaywrightSuite {
  title: string;
  specs?: {
    title: string;
    file: string;
    line: number;
    tests: {
      status: string;
      results: { errors?: PlaywrightError[] }[];
    }[];
  }[];
  suites?: PlaywrightSuite[];
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number };
  /** Failures outside of any test. */
  errors?: PlaywrightError[];
  suites?: PlaywrightSuite[];
}

/** Longer ones hold whole bodies or pages. */
const MESSAGE_LIMIT = 3_000;

/** Adds outcomes up. */
export function sum(tallies: Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
      failures: [...total.failures, ...tally.failures],
    }),
    { passed: 0, failed: 0, failures: [] },
  );
}

/** A program without tests of its own counts as one. */
export function tallyOfProgram(name: string, code: number): Tally {
  return atLeastOneFailure(name, code, {
    passed: code === 0 ? 1 : 0,
    failed: 0,
    failures: [],
  });
}

/** Reads what Jest wrote to `--outputFile`. */
export async function tallyOfJest(file: string, code: number): Promise<Tally> {
  const report = await readReport<JestReport>(file);
  return atLeastOneFailure('Jest', code, {
    passed: report?.numPassedTests ?? 0,
    failed:
      (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0),
    failures: (report?.testResults ?? [])
      .filter(result => result.status === 'failed')
      .flatMap(result => {
        const name = path.relative(process.cwd(), result.name);
        const failed = result.assertionResults.filter(
          ({ status }) => status === 'failed',
        );
        return failed.length > 0
          ? failed.map(({ fullName, failureMessages }) =>
              failure(
                `${name}: ${fullName}`,
                (failureMessages ?? []).join('\n'),
              ),
            )
          : [failure(name, result.message)];
      }),
  });
}

/** Reads what Playwright's JSON reporter wrote. A flaky test has failed once: it failed. */
export async function tallyOfPlaywright(
  file: string,
  code: number,
): Promise<Tally> {
  const report = await readReport<PlaywrightReport>(file);
  return atLeastOneFailure('Playwright', code, {
    passed: report?.stats.expected ?? 0,
    failed:
      (report?.stats.unexpected ?? 0) +
      (report?.stats.flaky ?? 0) +
      (report?.errors?.length ?? 0),
    failures: [
      ...(report?.suites ?? []).flatMap(suite => failuresOf(suite, [])),
      ...(report?.errors ?? []).map(error =>
        failure('outside of any test', error.message ?? ''),
      ),
    ],
  });
}

function failuresOf(suite: PlaywrightSuite, parents: string[]): Failure[] {
  const titles = [...parents, suite.title];
  return [
    ...(suite.specs ?? []).flatMap(spec =>
      spec.tests
        .filter(test => test.status === 'unexpected' || test.status === 'flaky')
        .map(test =>
          failure(
            `${[...titles, spec.title].join(' › ')} (line ${spec.line})`,
            test.results
              .flatMap(({ errors = [] }) => errors)
              .map(({ message = '' }) => message)
              .join('\n'),
          ),
        ),
    ),
    ...(suite.suites ?? []).flatMap(child => failuresOf(child, titles)),
  ];
}

function failure(name: string, message: string): Failure {
  const plain = stripVTControlCharacters(message).trim();
  return {
    name,
    message:
      plain.length > MESSAGE_LIMIT
        ? `${plain.slice(0, MESSAGE_LIMIT)} …`
        : plain,
  };
}

/** A runner that failed without naming a test, or crashed, must not pass. */
function atLeastOneFailure(name: string, code: number, tally: Tally): Tally {
  return code !== 0 && tally.failed === 0
    ? {
        ...tally,
        failed: 1,
        failures: [
          failure(name, `ended with code ${code}; what it printed is above`),
        ],
      }
    : tally;
}

async function readReport<T>(file: string): Promise<T | undefined> {
  const text = await fs.readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
