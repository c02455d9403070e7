import path from 'node:path';
import { repositoryRoot } from './paths';

/** The package of the portal's backend. */
export const backendFolder = path.join(repositoryRoot, 'packages/backend');

/** Arguments of Node that run the backend of the current folder as it stands, without a watch. */
export const backendArguments = [
  '--require',
  require.resolve('@backstage/cli/config/nodeTransform.cjs'),
  'src/index.ts',
  '--config',
  path.join(repositoryRoot, 'app-config.yaml'),
];
