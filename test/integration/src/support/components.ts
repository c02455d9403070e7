import { test } from '@playwright/test';
import { CatalogFiles } from './CatalogFiles';
import { LOGISTICS, PAYMENTS } from './inputs';

/** Components of the tests' own, by what they are for. */
export const components = {
  /** Of payments. */
  api: 'component:default/journey-api',
  /** Of payments too. */
  worker: 'component:default/journey-worker',
  /** Of payments; its credentials are counted. */
  counted: 'component:default/journey-counted',
  /** Of payments; has access only while a test about deleting runs. */
  passing: 'component:default/journey-passing',
  /** Of payments; nobody ever takes its credentials. */
  silent: 'component:default/journey-silent',
  /** Of payments until it changes hands. */
  sold: 'component:default/journey-sold',
  /** Of logistics. */
  shipper: 'component:default/journey-shipper',
} as const;

/** Has {@link components} in the catalog while the tests of a file run. */
export function useComponents(): CatalogFiles {
  const files = new CatalogFiles();
  test.beforeAll(async () => {
    await files.start({
      'journey-api': PAYMENTS,
      'journey-worker': PAYMENTS,
      'journey-counted': PAYMENTS,
      'journey-passing': PAYMENTS,
      'journey-silent': PAYMENTS,
      'journey-sold': PAYMENTS,
      'journey-shipper': LOGISTICS,
    });
  });
  test.afterAll(async () => {
    await files.stop();
  });
  return files;
}
