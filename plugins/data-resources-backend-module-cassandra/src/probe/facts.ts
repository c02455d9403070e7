/** What a probe tells plans besides the topology. */
export type ClusterFacts = {
  /** The role that the portal logs in as, for the statements in messages. */
  provisioner: string;
  /** Keyspaces that are not Cassandra's own. */
  userKeyspaces: number;
  /** Cassandra's guardrails, as far as they concern keyspaces and can be read. */
  guardrails: Guardrails;
  /** `limits` of the configuration. */
  limits: { replicas?: number };
};

/** Thresholds of `system_views.settings`; absent where they are switched off. */
export type Guardrails = {
  keyspacesWarn?: number;
  keyspacesFail?: number;
  minimumReplicationFactorWarn?: number;
  minimumReplicationFactorFail?: number;
  maximumReplicationFactorWarn?: number;
  maximumReplicationFactorFail?: number;
  /** False when the server refuses every DROP KEYSPACE. */
  dropKeyspaceEnabled?: boolean;
};
