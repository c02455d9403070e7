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
    expect(await tallyOfJest(file, 1)).toMatchObject({ passed: 12, failed: 3 });
  });

  it('should count a flaky browser test and an error outside of tests as failed', async () => {
    await fs.writeFile(
      file,
      JSON.stringify({
        stats: { expected: 4, unexpected: 1, flaky: 1 },
        errors: [{ message: 'a fixture broke' }],
      }),
    );
    expect(await tallyOfPlaywright(file, 1)).toMatchObject({
      passed: 4,
      failed: 3,
      failures: [{ name: 'outside of any test', message: 'a fixture broke' }],
    });
  });

  it('should not let a runner pass that crashed, with a report or without', async () => {
    const crashed = { passed: 0, failed: 1 };
    expect(await tallyOfJest(file, 1)).toMatchObject(crashed);
    expect(await tallyOfPlaywright(file, 1)).toMatchObject(crashed);
    await fs.writeFile(
      file,
      JSON.stringify({
        numPassedTests: 3,
        numFailedTests: 0,
        numRuntimeErrorTestSuites: 0,
      }),
    );
    expect(await tallyOfJest(file, 1)).toMatchObject({ passed: 3, failed: 1 });
    expect(await tallyOfJest(file, 0)).toEqual({
      passed: 3,
      failed: 0,
      failures: [],
    });
  });

  it('should name what failed in Jest, and a file that could not be loaded', async () => {
    await fs.writeFile(
      file,
      JSON.stringify({
        numPassedTests: 1,
        numFailedTests: 1,
        numRuntimeErrorTestSuites: 1,
        testResults: [
          {
            name: path.resolve('plugins/a.test.ts'),
            status: 'failed',
            message: 'all of it',
            assertionResults: [
              { fullName: 'a should work', status: 'passed' },
              {
                fullName: 'a should fail',
                status: 'failed',
                failureMessages: ['\u001b[31mexpected 1\u001b[39m'],
              },
            ],
          },
          {
            name: path.resolve('plugins/b.test.ts'),
            status: 'failed',
            message: 'Cannot find module',
            assertionResults: [],
          },
          {
            name: path.resolve('plugins/c.test.ts'),
            status: 'passed',
            message: '',
            assertionResults: [],
          },
        ],
      }),
    );
    expect((await tallyOfJest(file, 1)).failures).toEqual([
      { name: 'plugins/a.test.ts: a should fail', message: 'expected 1' },
      { name: 'plugins/b.test.ts', message: 'Cannot find module' },
    ]);
  });

  it('should name what failed in the browser with where it stands', async () => {
    await fs.writeFile(
      file,
      JSON.stringify({
        stats: { expected: 1, unexpected: 1, flaky: 0 },
        suites: [
          {
            title: 'ordering.spec.ts',
            suites: [
              {
                title: 'ordering',
                specs: [
                  {
                    title: 'should order a topic',
                    file: 'ordering.spec.ts',
                    line: 22,
                    tests: [
                      {
                        status: 'unexpected',
                        results: [{ errors: [{ message: 'refused' }] }],
                      },
                    ],
                  },
                  {
                    title: 'should order a keyspace',
                    file: 'ordering.spec.ts',
                    line: 50,
                    tests: [{ status: 'expected', results: [{ errors: [] }] }],
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect((await tallyOfPlaywright(file, 1)).failures).toEqual([
      {
        name: 'ordering.spec.ts › ordering › should order a topic (line 22)',
        message: 'refused',
      },
    ]);
  });

  it('should add suites up', () => {
    expect(
      sum([
        tallyOfProgram('types', 0),
        tallyOfProgram('lint', 2),
        { passed: 5, failed: 1, failures: [{ name: 'a', message: 'b' }] },
      ]),
    ).toEqual({
      passed: 6,
      failed: 2,
      failures: [
        {
          name: 'lint',
          message: 'ended with code 2; what it printed is above',
        },
        { name: 'a', message: 'b' },
      ],
    });
  });
});
