export interface Config {
  dataResources?: {
    /**
     * Instances of `engine: kafka` are Apache Kafka clusters. Everything here is optional to
     * the schema because instances of other engines stand in the same list; the module says at
     * the start what is missing.
     */
    instances?: Array<{
      /**
       * How the portal logs in. The login needs CREATE, ALTER, DESCRIBE and DESCRIBE_CONFIGS on
       * the cluster and DESCRIBE, DESCRIBE_CONFIGS, ALTER, ALTER_CONFIGS and DELETE on topics, or
       * is a super user of a name of its own.
       */
      admin?: {
        /**
         * `host:port` of one or more brokers, as a list or with commas; the first that answers
         * is used.
         */
        bootstrapServers?: string | string[];

        /**
         * `SASL_SSL` (default), `SASL_PLAINTEXT`, `SSL` or `PLAINTEXT`. With `SSL` the portal is
         * who its certificate says.
         */
        securityProtocol?: string;

        /**
         * `SCRAM-SHA-512` (default), `SCRAM-SHA-256` or `PLAIN`; not with `SSL` and `PLAINTEXT`.
         */
        saslMechanism?: string;

        /**
         * The name of the portal's own login.
         */
        username?: string;

        /**
         * Its password.
         *
         * @visibility secret
         */
        password?: string;

        /**
         * Certificates of the authorities to trust, as PEM text. Default: those of Node.js.
         */
        ca?: string;

        /**
         * The same as the path of a PEM file.
         */
        caFile?: string;

        /**
         * The portal's own certificate, for brokers that ask for one, and those that vouch for
         * it, as PEM text. Needs `key` as well.
         */
        certificate?: string;

        /**
         * The same as the path of a PEM file.
         */
        certificateFile?: string;

        /**
         * The key of the certificate, as PEM text.
         *
         * @visibility secret
         */
        key?: string;

        /**
         * The same as the path of a PEM file.
         */
        keyFile?: string;

        /**
         * What opens a key that is encrypted.
         *
         * @visibility secret
         */
        keyPassphrase?: string;

        /**
         * Who the brokers take the portal for, as it stands in ACLs, e.g. `User:portal`. Default:
         * `User:` and the username, or the certificate's name. To be set where
         * `ssl.principal.mapping.rules` or a principal builder make another one of it; the
         * preflight tells which.
         */
        principal?: string;

        /**
         * The longest that one call may take, in milliseconds. Default: 10000.
         */
        callTimeoutMs?: number | string;
      };

      /**
       * What users are told; the portal itself never connects there.
       */
      client?: {
        /**
         * `host:port` of one or more brokers, as a list or with commas.
         */
        bootstrapServers?: string | string[];

        /**
         * `SASL_SSL` (default) or `SASL_PLAINTEXT`.
         */
        securityProtocol?: string;

        /**
         * `SCRAM-SHA-512`: what logins are made for.
         */
        saslMechanism?: string;

        /**
         * Certificates of the authorities that clients must trust, as PEM text.
         */
        ca?: string;

        /**
         * The same as the path of a PEM file.
         */
        caFile?: string;
      };

      /**
       * What may be asked for there.
       */
      limits?: {
        /**
         * The most partitions that a topic may have.
         */
        partitions?: number | string;

        /**
         * The longest `retention.ms` that a topic may ask for, in milliseconds. Judged by the
         * default policy `kafka/retention-limit`.
         */
        retentionMs?: number | string;

        /**
         * Client quotas of the logins that the portal makes, for each of a principal's two. Of
         * several that are meant, that of the principal counts before that of its team, and that
         * before the default, key by key. Left out altogether, the portal leaves quotas alone; an
         * empty object takes away what is there. Needs DESCRIBE_CONFIGS and ALTER_CONFIGS on the
         * cluster.
         */
        quotas?: {
          /**
           * Of every principal: `producer_byte_rate`, `consumer_byte_rate`, `request_percentage`
           * and `controller_mutation_rate`, as Kafka has them, for each broker.
           */
          default?: { [quota: string]: number | string };

          /**
           * The same for principals that a group owns, by its full ref: `group:default/payments`.
           */
          teams?: { [group: string]: { [quota: string]: number | string } };

          /**
           * The same for single principals, by their full refs: `component:default/payments-api`.
           */
          principals?: {
            [component: string]: { [quota: string]: number | string };
          };
        };
      };
    }>;
  };
}
