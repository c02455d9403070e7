import path from 'node:path';

/** Root of this package. */
export const packageFolder = path.dirname(
  require.resolve('@data-resources/test-bench/package.json'),
);
