import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sum, tallyOfJest, tallyOfPlaywright, tallyOfProgram } from './results';

describe('results', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await fs.mkdtemp(path.join(tmpdir(), 'results-'));
    file = path.join(folder, 'report.json');
  });

  afterEach(async () => {
    await fs.rm(folder, { recursive: true });
  });

  it('should count tests, and files that could not be loaded', async () => {
    await fs.writeFile(
      file,
      JSON.stringify({
        numPassedTests: 12,
        numFailedTests: 2,
        numRuntimeErrorTestSuites: 1,
      }),
    );
    expect(await tallyOfJest(file, 1)).toEqual({ passed: 12, failed: 3 });
  });

  it('should count a flaky browser test and an error outside of tests as failed', async () => {
    await fs.writeFile(
      file,
      JSON.stringify({
        stats: { expected: 4, unexpected: 1, flaky: 1 },
        errors: [{ message: 'a fixture broke' }],
      }),
    );
    expect(await tallyOfPlaywright(file, 1)).toEqual({ passed: 4, failed: 3 });
  });

  it('should not let a runner pass that crashed, with a report or without', async () => {
    expect(await tallyOfJest(file, 1)).toEqual({ passed: 0, failed: 1 });
    expect(await tallyOfPlaywright(file, 1)).toEqual({ passed: 0, failed: 1 });
    await fs.writeFile(
      file,
      JSON.stringify({
        numPassedTests: 3,
        numFailedTests: 0,
        numRuntimeErrorTestSuites: 0,
      }),
    );
    expect(await tallyOfJest(file, 1)).toEqual({ passed: 3, failed: 1 });
    expect(await tallyOfJest(file, 0)).toEqual({ passed: 3, failed: 0 });
  });

  it('should add suites up', () => {
    expect(
      sum([tallyOfProgram(0), tallyOfProgram(2), { passed: 5, failed: 1 }]),
    ).toEqual({ passed: 6, failed: 2 });
  });
});
