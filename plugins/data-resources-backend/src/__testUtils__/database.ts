import { TestDatabases } from '@backstage/backend-test-utils';
import { TestPortal } from './Portal';

/** The real PostgreSQL of the test run; one database per test file and call of `init`. */
export function testDatabases(): TestDatabases {
  // Hooks run in the order in which they are registered: no portal outlives its database.
  afterAll(() => TestPortal.stopAll(), 30_000);
  return TestDatabases.create({ ids: ['POSTGRES_18'] });
}
