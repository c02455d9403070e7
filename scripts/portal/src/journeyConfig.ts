import { promises as fs } from 'node:fs';
import path from 'node:path';
import { findPostgresTool } from '@data-resources/test-engines';
import { parse } from 'yaml';
import { repositoryRoot } from './paths';

/** What the portal of the journeys has besides `app-config.yaml`. */
export interface JourneyConfig {
  /** Of the backend. */
  file: string;
  /** What tells the tests of it. */
  variables: Record<string, string>;
}

/** As much of an instance as is changed here. */
interface Instance {
  name: string;
  client: { [setting: string]: unknown };
  [setting: string]: unknown;
}

/**
 * Settings that not everybody who starts the sample portal could live with: logins of Cassandra
 * that are limited to a data centre, which is refused to those made before; and on `postgres-prod`
 * a last dump before a deletion, with a `pg_dump` that tests put there and take away.
 */
export async function writeJourneyConfig(
  folder: string,
): Promise<JourneyConfig> {
  const sample = parse(
    await fs.readFile(path.join(repositoryRoot, 'app-config.yaml'), 'utf8'),
  );
  const pgDump = findPostgresTool('pg_dump-18');
  const dumps = path.join(folder, 'dumps');
  const command = path.join(folder, 'programs/pg_dump');
  await fs.rm(dumps, { recursive: true, force: true });
  await fs.mkdir(dumps, { recursive: true, mode: 0o700 });
  const instances = (sample.dataResources.instances as Instance[]).map(
    instance => {
      switch (instance.name) {
        case 'cassandra-dev': {
          const { client } = instance;
          const dataCenters = client.localDataCenter;
          return { ...instance, client: { ...client, dataCenters } };
        }
        case 'postgres-prod':
          return {
            ...instance,
            ...(pgDump && { deletion: { dump: { folder: dumps, command } } }),
          };
        default:
          return instance;
      }
    },
  );
  const file = path.join(folder, 'app-config.journeys.json');
  await fs.writeFile(file, JSON.stringify({ dataResources: { instances } }));
  return {
    file,
    variables: { PORTAL_DUMPS_FOLDER: dumps, PORTAL_PG_DUMP: command },
  };
}
