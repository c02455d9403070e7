import { promises as fs } from 'node:fs';

/** Outcome of a suite, or of all of them. */
export interface Tally {
  passed: number;
  failed: number;
}

interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that failed before any of their tests ran. */
  numRuntimeErrorTestSuites: number;
}

interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number };
  /** Failures outside of any test. */
  errors?: unknown[];
}

/** Adds outcomes up. */
export function sum(tallies: Tally[]): Tally {
  return tallies.reduce(
    (total, tally) => ({
      passed: total.passed + tally.passed,
      failed: total.failed + tally.failed,
    }),
    { passed: 0, failed: 0 },
  );
}

/** A program without tests of its own counts as one. */
export function tallyOfProgram(code: number): Tally {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Reads what Jest wrote to `--outputFile`. */
export async function tallyOfJest(file: string, code: number): Promise<Tally> {
  const report = await readReport<JestReport>(file);
  return atLeastOneFailure(code, {
    passed: report?.numPassedTests ?? 0,
    failed:
      (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0),
  });
}

/** Reads what Playwright's JSON reporter wrote. A flaky test has failed once: it failed. */
export async function tallyOfPlaywright(
  file: string,
  code: number,
): Promise<Tally> {
  const report = await readReport<PlaywrightReport>(file);
  return atLeastOneFailure(code, {
    passed: report?.stats.expected ?? 0,
    failed:
      (report?.stats.unexpected ?? 0) +
      (report?.stats.flaky ?? 0) +
      (report?.errors?.length ?? 0),
  });
}

/** A runner that failed without naming a test, or crashed, must not pass. */
function atLeastOneFailure(code: number, tally: Tally): Tally {
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

async function readReport<T>(file: string): Promise<T | undefined> {
  const text = await fs.readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}
