import type {
  LifecycleService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { DatabaseManager } from '@backstage/backend-defaults/database';
import { ConfigSources, StaticConfigSource } from '@backstage/config-loader';
import createKnex, { type Knex } from 'knex';

const silent: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

// The command ends by itself.
const lifecycle: LifecycleService = {
  addStartupHook() {},
  addShutdownHook() {},
};

/** Where the audit trail is read: an address, or what the backend's configuration says. */
export interface AuditDatabaseOptions {
  databaseUrl?: string;
  /** Only with an address; PostgreSQL's usual one when left out. */
  schema?: string;
  /** Of `app-config` files; Backstage's usual ones when empty. */
  configFiles: readonly string[];
}

/** Connects without creating or migrating anything. */
export async function openAuditDatabase(
  options: AuditDatabaseOptions,
): Promise<Knex> {
  const { databaseUrl, schema, configFiles } = options;
  if (databaseUrl !== undefined) {
    return createKnex({
      client: 'pg',
      connection: databaseUrl,
      searchPath: schema,
      // What goes wrong is told by the command.
      log: { warn() {}, error() {}, debug() {}, deprecate() {} },
    });
  }
  const config = await ConfigSources.toConfig(
    ConfigSources.merge([
      ConfigSources.default({
        argv: configFiles.flatMap(file => ['--config', file]),
        watch: false,
      }),
      StaticConfigSource.create({
        data: {
          backend: {
            database: { ensureExists: false, ensureSchemaExists: false },
          },
        },
      }),
    ]),
  );
  try {
    return await DatabaseManager.fromConfig(config)
      .forPlugin('data-resources', { logger: silent, lifecycle })
      .getClient();
  } finally {
    config.close();
  }
}
