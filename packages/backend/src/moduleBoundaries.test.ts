import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../../..');
const COMMON = '@data-resources/plugin-data-resources-common';
const NODE = '@data-resources/plugin-data-resources-node';
const BACKEND = '@data-resources/plugin-data-resources-backend';
const KAFKA = `${BACKEND}-module-kafka`;
const POSTGRES = `${BACKEND}-module-postgres`;
const FRONTEND = '@data-resources/plugin-data-resources';
const TEST_ENGINES = '@data-resources/test-engines';

/** Pairs of a file and a package that it would import. */
const FORBIDDEN: [file: string, name: string][] = [
  ['plugins/data-resources-common/src/probe.ts', NODE],
  ['plugins/data-resources-node/src/probe.ts', BACKEND],
  ['plugins/data-resources-backend/src/probe.ts', KAFKA],
  ['plugins/data-resources-backend/src/probe.test.ts', KAFKA],
  ['plugins/data-resources-backend-module-kafka/src/probe.ts', BACKEND],
  ['plugins/data-resources-backend-module-kafka/src/probe.ts', POSTGRES],
  ['plugins/data-resources-backend-module-kafka/src/probe.ts', TEST_ENGINES],
  ['plugins/data-resources-backend-module-cassandra/src/probe.ts', KAFKA],
  ['plugins/data-resources-backend-module-postgres/src/probe.ts', FRONTEND],
  ['plugins/catalog-backend-module-data-resources/src/probe.ts', NODE],
  ['plugins/scaffolder-backend-module-data-resources/src/probe.ts', BACKEND],
  ['plugins/data-resources/src/probe.tsx', NODE],
  ['plugins/auth-backend-module-persona/src/probe.ts', COMMON],
  ['packages/app/src/probe.tsx', BACKEND],
  ['packages/backend/src/probe.ts', TEST_ENGINES],
];

const PERMITTED: [file: string, name: string][] = [
  ['plugins/data-resources-node/src/probe.ts', COMMON],
  ['plugins/data-resources-backend/src/probe.ts', NODE],
  ['plugins/data-resources-backend-module-kafka/src/probe.ts', COMMON],
  ['plugins/data-resources-backend-module-kafka/src/probe.ts', NODE],
  [
    'plugins/data-resources-backend-module-kafka/src/probe.test.ts',
    TEST_ENGINES,
  ],
  ['plugins/catalog-backend-module-data-resources/src/probe.ts', COMMON],
  ['plugins/scaffolder-backend-module-data-resources/src/probe.ts', COMMON],
  ['plugins/data-resources/src/probe.tsx', COMMON],
  ['packages/app/src/probe.tsx', FRONTEND],
  ['packages/backend/src/probe.ts', KAFKA],
];

const RESTRICTED = '@typescript-eslint/no-restricted-imports';

/** A file that imports a package in each way there is. */
function codeThatImports(name: string): string {
  return [
    `import { a } from '${name}';`,
    `import { type B } from '${name}/testUtils';`,
    '',
    `export * from '${name}';`,
    `export const c = (b: B) => [a, b, import('${name}')];`,
    '',
  ].join('\n');
}

/**
 * Lints every probe in a process of its own, for ESLint's plugins do not all
 * load inside Jest, and returns what is broken where, as `<rule>:<line>`.
 */
function lint(probes: [file: string, name: string][]): string[][] {
  const script = `
    const { ESLint } = require('eslint');
    const eslint = new ESLint();
    const probes = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    (async () => {
      const results = [];
      for (const { code, filePath } of probes) {
        const [{ messages }] = await eslint.lintText(code, { filePath });
        results.push(messages.map(m => m.ruleId + ':' + m.line));
      }
      process.stdout.write(JSON.stringify(results));
    })();`;
  const input = probes.map(([filePath, name]) => ({
    filePath,
    code: codeThatImports(name),
  }));
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script], {
      cwd: ROOT,
      input: JSON.stringify(input),
      encoding: 'utf8',
    }),
  );
}

describe('module boundaries', () => {
  const results = new Map<string, string[]>();
  const brokenBy = (file: string, name: string) =>
    results.get(`${file} ${name}`);

  beforeAll(() => {
    const probes = [...FORBIDDEN, ...PERMITTED];
    lint(probes).forEach((broken, index) =>
      results.set(probes[index].join(' '), broken),
    );
    // Loading ESLint with its plugins and the TypeScript parser takes seconds.
  }, 60_000);

  it.each(FORBIDDEN)('should keep %s from importing %s', (file, name) => {
    expect(brokenBy(file, name)).toEqual(
      expect.arrayContaining([
        `${RESTRICTED}:1`,
        `${RESTRICTED}:2`,
        `${RESTRICTED}:4`,
        // The rule does not see an `import()`. That must be a dependency to
        // pass, and package.json may not name one that is out of bounds.
        '@backstage/no-undeclared-imports:5',
      ]),
    );
  });

  it.each(PERMITTED)('should let %s import %s', (file, name) => {
    const broken = brokenBy(file, name);

    expect(broken).toBeDefined();
    expect(broken?.filter(rule => rule.startsWith(RESTRICTED))).toEqual([]);
  });

  it('should refuse a package.json that depends on what is out of bounds', () => {
    const createConfig = jest.requireActual('../../../eslint/moduleBoundaries');
    jest.doMock(
      '/virtual/package.json',
      () => ({
        name: KAFKA,
        backstage: { role: 'backend-plugin-module' },
        dependencies: { [NODE]: '*', [BACKEND]: '*' },
      }),
      { virtual: true },
    );

    expect(() => createConfig('/virtual')).toThrow(
      `dependencies of ${KAFKA} name ${BACKEND}.`,
    );
  });
});
