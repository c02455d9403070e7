import { HumanDuration } from '@backstage/types';

export interface Config {
  /**
   * Data Resources: Kafka topics, Cassandra keyspaces and PostgreSQL databases as a
   * self-service. Without this section the plugin starts and offers nothing.
   */
  dataResources?: {
    /**
     * Names this portal in markers and login names on the engines: 1 to 32 of the characters
     * a-z, 0-9 and "-". Never change it afterwards: what was created under another id is not
     * recognised any more.
     */
    installationId: string;

    /**
     * Full ref of the group that approves what no policy speaks for, e.g.
     * `group:default/platform`.
     */
    platformGroup: string;

    /**
     * The stages in their order, e.g. `[dev, staging, prod]`.
     */
    environments: string[];

    /**
     * Those of `environments` for which the default policies are stricter. Default: `prod` and
     * `production`, where there are such.
     */
    productionEnvironments?: string[];

    /**
     * The clusters. Each is a Resource in the catalog.
     */
    instances?: Array<{
      /**
       * Unique, lower case, at most 63 characters, and a legal name of a catalog entity, e.g.
       * `kafka-dev`.
       */
      name: string;

      /**
       * Which engine it is: `kafka`, `cassandra`, `postgres`, or one that a module of yours
       * brings.
       */
      engine: string;

      /**
       * One of `environments`.
       */
      environment: string;

      /**
       * What people see. Default: the name.
       */
      title?: string;

      /**
       * What people are told beside the error while the instance does not answer, e.g. why it
       * is down and until when.
       */
      notice?: string;

      /**
       * Full ref of the group that runs the cluster, e.g. `group:default/platform`.
       */
      owner: string;

      /**
       * The id of the cluster, as the condition `ClusterIdentity` tells it. Not needed: the first
       * cluster that answers is remembered. To be set when another one has taken its place on
       * purpose; until then nothing is written there. May stay.
       */
      clusterId?: string;

      /**
       * How the portal logs in; see the engine's module.
       */
      admin?: object;

      /**
       * What users are told: addresses, protocol, CA; see the engine's module.
       */
      client?: object;

      /**
       * What may be asked for there; see the engine's module.
       */
      limits?: object;

      /**
       * What comes before an object is deleted; see the engine's module.
       */
      deletion?: object;
    }>;

    /**
     * Rules, judged in this order. A policy applies where everything in `match` and the
     * condition in `when` holds. It adds a finding (`effect`), says who approves (`approve`),
     * or both. The first one that applies and has `approve` decides; where none does, one
     * person of `platformGroup` must.
     */
    policies?: Array<{
      /**
       * Unique. Decisions and findings are recorded under it.
       */
      name: string;

      /**
       * Each list that is given must hold the request's value.
       */
      match?: {
        /** E.g. `kafka-topic`. */
        types?: string[];
        /** Names of environments. */
        environments?: string[];
        /** Names of instances. */
        instances?: string[];
        /** What is asked for. */
        actions?: Array<
          | 'create'
          | 'update'
          | 'delete'
          | 'restore'
          | 'grant'
          | 'revoke'
          | 'adopt'
        >;
        /** E.g. `kafka`. */
        engines?: string[];
        /** Full refs of groups that own, or will own, the resource. */
        owners?: string[];
      };

      /**
       * A condition in CEL, e.g. `spec.partitions <= 6`. Variables: `request` (`action`,
       * `type`, `reason`, `requestedBy`), `requester` (`ref`, `groups`, `isPlatform`), `name`,
       * `owner`, `system`, `grants`, `instance` (`name`, `engine`, `environment`, `production`,
       * `topology`, `limits`, `connection`), `spec`, `previousSpec`, `plan` (`risk`,
       * `destructive`, `changes`), `usage` (`resources`, `totals`, `onInstance`, `adds`).
       */
      when?: string;

      /**
       * What the finding does: `deny` refuses the request, `warn` and `info` are shown.
       */
      effect?: 'deny' | 'warn' | 'info';

      /**
       * The finding's text: what is wrong and what would pass. Needed with `effect`.
       */
      message?: string;

      /**
       * The input field that the finding is about, e.g. `spec.partitions` or
       * `spec.config["retention.ms"]`. In an `update` a `deny` binds only where this field
       * changes; without it, always.
       */
      path?: string;

      /**
       * `automatically`, or the people who must say yes. What destroys something is never
       * approved automatically, save a deletion by a policy whose `match.actions` names
       * `delete`.
       */
      approve?:
        | 'automatically'
        | {
            /** Full ref of the group whose members decide. */
            group: string;
            /** How many of them. Default: 1. */
            count?: number;
          }
        /** All of these groups; each person counts for one of them alone. */
        | Array<{ group: string; count?: number }>;

      /**
       * `none`: a deletion that the policy applies to removes the object at once, and there is no
       * way back. `when` sees the plan with its quarantine; `plan.risk` is `high` where the object
       * is in use.
       */
      quarantine?: 'none';

      /**
       * What is done about drift that the policy applies to: `put-back` declares again what was
       * declared, `keep` declares what the engine has. The drift pass asks for it as
       * `system:drift`, and the policy approves that; what destroys something is left to people.
       * `when` sees what putting it back would change.
       */
      drift?: 'put-back' | 'keep';
    }>;

    /**
     * The policies that ship: good practice for each engine and everywhere, see
     * docs/policies.md. They find things and decide nothing.
     */
    defaultPolicies?: {
      /** Whether they apply at all. Default: true. */
      enabled?: boolean;
      /** Names of those that do not apply, e.g. `kafka/naming`. */
      disabled?: string[];
      /** Other effects than the shipped ones, by name. */
      effects?: { [policy: string]: 'deny' | 'warn' | 'info' };
    };

    /**
     * How much a group may hold in one environment and still be approved automatically.
     * Beyond it a person of `platformGroup` decides; nothing is refused.
     */
    budgets?: Array<{
      /** Findings are recorded as `budget/<name>`. Default: the place in the list, from 1. */
      name?: string;
      /** Each list that is given must hold the request's value. */
      match?: {
        /** Full refs of groups that own, or will own, the resource. */
        owners?: string[];
        /** Names of environments. Each has a budget of its own. */
        environments?: string[];
        /** E.g. `kafka-topic`; only these are counted. */
        types?: string[];
      };
      /**
       * The most of each, e.g. `{ topics: 20, partitions: 100 }`. Counted are, by the engines
       * that are installed: `topics`, `partitions`, `keyspaces`, `databases`, `connections`.
       */
      limits: { [counter: string]: number };
    }>;

    requests?: {
      /**
       * After this time a request that nobody decided expires. Default: 14 days.
       */
      expireAfter?: HumanDuration | string;
    };

    credentials?: {
      /**
       * How long the older login goes on after a new credential was issued. Default: 24 hours.
       */
      grace?: HumanDuration | string;
    };

    /**
     * How long what is deleted stays on the engine, out of everybody's reach, and can be restored;
     * by environment. At least 1 second; a policy with `quarantine: none` leaves it out. Default: 7
     * days in production, else 1 day.
     */
    quarantine?: {
      [environment: string]: HumanDuration | string;
    };

    drift?: {
      /**
       * How often each instance is compared with what was declared. Default: 5 minutes.
       */
      interval?: HumanDuration | string;

      /**
       * Where so much of an instance is gone all at once, nothing is believed and the instance is
       * shown with a warning: perhaps another cluster answers.
       */
      massLoss?: {
        /**
         * More than this share of what was ready is doubted; from 0 to 1, where 1 believes
         * everything. Default: 0.5.
         */
        share?: number;
        /** Fewer than so many are always believed. Default: 5. */
        least?: number;
      };
    };

    reconciler?: {
      /**
       * After how long another replica goes on with the work of one that died or hangs; at least
       * twice the longest `callTimeoutMs` of the instances. One that is shut down hands its work
       * back at once. Default: 30 seconds.
       */
      lease?: HumanDuration | string;
    };

    discovery?: {
      /**
       * How often each instance is looked through for what nobody manages. Default: 10 minutes.
       */
      interval?: HumanDuration | string;
    };

    liveUse?: {
      /**
       * How often the engines are asked, for the metrics, how much the ready resources are used.
       * Plans and pages look by themselves. Default: 5 minutes.
       */
      interval?: HumanDuration | string;
    };
  };
}
