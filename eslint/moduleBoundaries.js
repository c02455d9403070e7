const { createPackageConfig } = require('@backstage/cli/config/eslint-factory');
const { join } = require('node:path');

const SCOPE = '@data-resources/';
const COMMON = `${SCOPE}plugin-data-resources-common`;
const NODE = `${SCOPE}plugin-data-resources-node`;
const BACKEND = `${SCOPE}plugin-data-resources-backend`;
const CATALOG_MODULE = `${SCOPE}plugin-catalog-backend-module-data-resources`;
const SCAFFOLDER_MODULE = `${SCOPE}plugin-scaffolder-backend-module-data-resources`;
const PERSONA = `${SCOPE}plugin-auth-backend-module-persona`;
const FRONTEND = `${SCOPE}plugin-data-resources`;
const TEST_ENGINES = `${SCOPE}test-engines`;
const TEST_INTEGRATION = `${SCOPE}test-integration`;
const TEST_E2E = `${SCOPE}test-e2e`;
const TEST_FAULT = `${SCOPE}test-fault`;
const TEST_BENCH = `${SCOPE}test-bench`;
const PORTAL_SCRIPTS = `${SCOPE}portal-scripts`;
const ENGINES = ['kafka', 'cassandra', 'postgres'].map(
  engine => `${BACKEND}-module-${engine}`,
);

/** Which of our own packages each of them may use; what is not listed is forbidden. */
const ALLOWED = {
  [COMMON]: [],
  [NODE]: [COMMON],
  // Knows no engine by name: only packages/backend puts them together.
  [BACKEND]: [COMMON, NODE],
  ...Object.fromEntries(ENGINES.map(name => [name, [COMMON, NODE]])),
  // These talk HTTP, for they may run in other processes.
  [CATALOG_MODULE]: [COMMON],
  [SCAFFOLDER_MODULE]: [COMMON],
  [FRONTEND]: [COMMON],
  [PERSONA]: [],
  [TEST_ENGINES]: [],
  [TEST_INTEGRATION]: [COMMON, TEST_ENGINES],
  [TEST_E2E]: [COMMON, TEST_ENGINES, TEST_INTEGRATION],
  // Puts a backend together as packages/backend does.
  [TEST_FAULT]: [COMMON, NODE, BACKEND, ...ENGINES, PERSONA, TEST_ENGINES],
  // Runs the backend with an engine of its own.
  [TEST_BENCH]: [COMMON, NODE, BACKEND, ...ENGINES, PERSONA, TEST_ENGINES],
  // Of the backend only its entry `policyTests`, for `./portal policy test`.
  [PORTAL_SCRIPTS]: [BACKEND, TEST_ENGINES, TEST_FAULT, TEST_BENCH],
  app: [FRONTEND],
  backend: [
    COMMON,
    BACKEND,
    ...ENGINES,
    CATALOG_MODULE,
    SCAFFOLDER_MODULE,
    PERSONA,
  ],
};

/** Besides the above, in tests only. */
const ALLOWED_IN_TESTS = [TEST_ENGINES];

const TEST_FILES = ['**/*.test.*', '**/__testUtils__/**', 'src/setupTests.*'];

/**
 * Backstage's ESLint configuration of a package, plus our module boundaries.
 *
 * Static imports are checked by rule. `require` and `import()` are not seen by
 * it, but `@backstage/no-undeclared-imports` wants every package that they
 * name in package.json, whose dependencies are held to the same table here.
 *
 * @param {string} dir - Directory of the package.
 * @param {object} [extraConfig] - As `createPackageConfig` takes it.
 */
module.exports = function createConfigWithBoundaries(dir, extraConfig = {}) {
  const manifest = require(join(dir, 'package.json'));
  const allowed = ALLOWED[manifest.name];
  if (!allowed) {
    throw new Error(
      `${manifest.name} is not in eslint/moduleBoundaries.js; say there which of our packages it may use`,
    );
  }
  // ESLint refuses a list that names a package twice.
  const allowedInTests = [...new Set([...allowed, ...ALLOWED_IN_TESTS])];
  checkDependencies(manifest, 'dependencies', allowed);
  checkDependencies(manifest, 'peerDependencies', allowed);
  checkDependencies(manifest, 'devDependencies', allowedInTests);

  return createPackageConfig(dir, {
    ...extraConfig,
    overrides: [
      ...(extraConfig.overrides ?? []),
      {
        files: ['**/*.{ts,tsx,js,jsx,mts,cts,mjs,cjs}'],
        rules: restrictTo(manifest.name, allowed),
      },
      {
        files: TEST_FILES,
        rules: restrictTo(manifest.name, allowedInTests),
      },
    ],
  });
};

function restrictTo(name, allowed) {
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: [`${SCOPE}*`, ...allowed.map(other => `!${other}`)],
            message: explain(name, allowed),
          },
        ],
      },
    ],
  };
}

function checkDependencies(manifest, field, allowed) {
  const forbidden = Object.keys(manifest[field] ?? {}).filter(
    name => name.startsWith(SCOPE) && !allowed.includes(name),
  );
  if (forbidden.length > 0) {
    throw new Error(
      `${field} of ${manifest.name} name ${forbidden.join(', ')}. ${explain(
        manifest.name,
        allowed,
      )}`,
    );
  }
}

function explain(name, allowed) {
  return `Of our own packages ${name} may use ${
    allowed.length > 0 ? `only ${allowed.join(', ')}` : 'none'
  } (eslint/moduleBoundaries.js).`;
}
