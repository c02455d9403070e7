import type { HumanDuration } from '@backstage/types';

export interface Config {
  dataResources?: {
    /**
     * Instances of `engine: postgres` are PostgreSQL servers, 15 or newer. Everything here is
     * optional to the schema because instances of other engines stand in the same list; the
     * module says at the start what is missing.
     */
    instances?: Array<{
      /**
       * How the portal logs in: directly to the primary, not through a pooler. The role needs
       * LOGIN, CREATEROLE and CREATEDB, and is best no superuser.
       */
      admin?: {
        /**
         * PostgreSQL: host name or address of the primary; or those of all servers of the cluster,
         * as a list or joined by commas, of which the one is used that takes changes.
         */
        host?: string | string[];
        /** PostgreSQL: 5432 unless told; one for all hosts, or one for each joined by commas. */
        port?: number | string;
        /** PostgreSQL: the provisioner's role. */
        user?: string;
        /**
         * Its password.
         *
         * @visibility secret
         */
        password?: string;
        /** PostgreSQL: the database to connect to for administration; `postgres` unless told. */
        database?: string;
        /**
         * PostgreSQL: `disable`, `require`, `verify-ca` or `verify-full` (default), as libpq has
         * them.
         */
        sslmode?: string;
        /** Certificates of the authorities to trust, as PEM text. Default: those of Node.js. */
        ca?: string;
        /** The same as the path of a PEM file. */
        caFile?: string;
        /** The longest that one call may take, in milliseconds, at most and by default 10000. */
        callTimeoutMs?: number | string;
        /** PostgreSQL: how many databases are worked on at once; 8 unless told. */
        concurrency?: number | string;
        /** PostgreSQL: on YugabyteDB, whether new databases are made with `COLOCATION = true`. */
        colocation?: boolean;
      };
      /** What users are told; the portal itself never connects there. */
      client?: {
        /** PostgreSQL: host name or address, or several; those of `admin` unless told. */
        host?: string | string[];
        /** PostgreSQL: port, or one for each host joined by commas; that of `admin` unless told. */
        port?: number | string;
        /** PostgreSQL: PgBouncer or another pooler in front of the servers. */
        pooler?: {
          host: string;
          /** 6432 unless told. */
          port?: number | string;
          /** `session`, `transaction` (default) or `statement`: what clients have to know. */
          mode?: string;
        };
        /** PostgreSQL: `disable`, `require`, `verify-ca` or `verify-full` (default). */
        sslmode?: string;
        /** Certificates of the authorities that clients must trust, as PEM text. */
        ca?: string;
        /** The same as the path of a PEM file. */
        caFile?: string;
      };
      /** What comes before an object is deleted. */
      deletion?: {
        /** PostgreSQL: a last dump of each database, without which it is not dropped. */
        dump?: {
          /**
           * An absolute path: a folder that is there, that only the backend's user can enter, and
           * that all replicas of the backend share. What is written there is never removed.
           */
          folder: string;
          /**
           * `pg_dump` unless told, from the PATH; of the server's version or newer. `pg_restore` is
           * taken from the same place.
           */
          command?: string;
        };
      };
      /** What may be asked for there. */
      limits?: {
        /** PostgreSQL: the extensions that a database may have; none unless told. */
        extensions?: string[];
        /** PostgreSQL: the highest connection limit of a database; no maximum unless told. */
        connectionLimit?: number | string;
        /**
         * PostgreSQL: databases that may be copied, besides template0; none unless told. Each has to
         * be one with IS_TEMPLATE.
         */
        templates?: string[];
        /**
         * PostgreSQL: the CONNECTION LIMIT of each login that is made here, -1 for none. What a login
         * has stays as it is unless told.
         */
        loginConnections?: number | string;
        /**
         * PostgreSQL: how long a password is good after it was issued, one hour to ten years; for ever
         * unless told.
         */
        loginValidity?: HumanDuration | string;
      };
    }>;
  };
}
