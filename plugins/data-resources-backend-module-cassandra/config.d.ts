export interface Config {
  dataResources?: {
    instances?: Array<{
      /** How the portal logs in, as a role that is no superuser. */
      admin?: {
        /** Cassandra: hosts to begin with; a list, or one text with commas. */
        contactPoints?: string | string[];
        /** Cassandra: port of the native protocol; 9042 unless told. */
        port?: number | string;
        username?: string;
        /** @visibility secret */
        password?: string;
        /** Cassandra: whether to connect by TLS; false unless told. */
        tls?: boolean | string;
        /** PEM text of the certificate authority. */
        ca?: string;
        /** Path of a PEM file with the certificate authority. */
        caFile?: string;
        /** The longest that one call may take, in milliseconds; 10000 unless told. */
        callTimeoutMs?: number | string;
      };
      /** What users are told. */
      client?: {
        /** Cassandra: hosts to begin with; a list, or one text with commas. */
        contactPoints?: string | string[];
        /** Cassandra: port of the native protocol; 9042 unless told. */
        port?: number | string;
        /** Cassandra: the data centre that clients are told to use. */
        localDataCenter?: string;
        /**
         * Cassandra: the data centres through which logins that the portal makes may come in; a list, or one text
         * with commas. All unless told.
         */
        dataCenters?: string | string[];
        /** Cassandra: whether clients must connect by TLS; false unless told. */
        tls?: boolean | string;
        /** PEM text of the certificate authority. */
        ca?: string;
        /** Path of a PEM file with the certificate authority. */
        caFile?: string;
      };
      limits?: {
        /** Cassandra: the most replicas of a keyspace per data centre. */
        replicas?: number | string;
      };
    }>;
  };
}
