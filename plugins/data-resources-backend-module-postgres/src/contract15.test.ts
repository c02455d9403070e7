import { runProviderContractTests } from '@data-resources/plugin-data-resources-node/testUtils';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench } from './__testUtils__/PostgresBench';

let server: PostgresBench | undefined;

runProviderContractTests({
  name: 'PostgreSQL 15',
  async setUp() {
    server = await PostgresBench.create('postgres-15');
    return databaseFixture(
      server,
      {
        encoding: 'UTF8',
        extensions: ['pgcrypto', 'citext'],
        connectionLimit: 15,
        parameters: { statement_timeout: '30s', timezone: 'Europe/Berlin' },
      },
      {
        encoding: 'UTF8',
        extensions: ['pgcrypto', 'cube'],
        connectionLimit: 30,
        parameters: { statement_timeout: '45s', work_mem: '8MB' },
      },
    );
  },
  tearDown: () => server!.close(),
});
