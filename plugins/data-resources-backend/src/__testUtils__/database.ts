import { TestDatabases } from '@backstage/backend-test-utils';

/** The real PostgreSQL of the test run; one database per test file and call of `init`. */
export function testDatabases(): TestDatabases {
  return TestDatabases.create({ ids: ['POSTGRES_18'] });
}
