import path from 'node:path';

/** Root of the repository. */
export const repositoryRoot = path.resolve(
  require.resolve('@data-resources/portal-scripts/package.json'),
  '../../..',
);

/** The git-ignored folder with everything that `./portal` makes. */
export const portalFolder = path.join(repositoryRoot, '.portal');

/** Backstage's command line tool, a program for Node. */
export const backstageCli = path.join(
  repositoryRoot,
  'node_modules/@backstage/cli/bin/backstage-cli',
);
