/** What a probe tells plans besides the topology. */
export type ClusterFacts = {
  /** The role that the portal logs in as, for the statements in messages. */
  provisioner: string;
  /** Keyspaces that are not Cassandra's own. */
  userKeyspaces: number;
  /** Tables of those, where a guardrail counts them. */
  userTables?: number;
  /** Data centre to its racks, and those to their numbers of nodes. */
  racks?: { [dataCenter: string]: { [rack: string]: number } };
  /** Cassandra's guardrails, as far as they concern us and can be read. */
  guardrails: Guardrails;
  /** For how long nodes may go on with what they knew; absent where it cannot be read. */
  validity?: Validity;
  /** What nodes keep of tables that are dropped; absent where it cannot be read. */
  autoSnapshot?: AutoSnapshot;
  /** The data centres that logins are limited to; absent where they are not. */
  loginDataCenters?: string[];
  /** `limits` of the configuration. */
  limits: { replicas?: number };
};

/** As the server writes it, e.g. `2s`. */
export type Validity = {
  roles: string;
  permissions: string;
  credentials: string;
};

/** Whether there is a snapshot of each table that is dropped, and for how long if not for ever. */
export type AutoSnapshot = { on: boolean; ttl?: string };

/** Pairs of thresholds; each is absent where it is switched off. */
export type Thresholds = {
  keyspacesWarn?: number;
  keyspacesFail?: number;
  minimumReplicationFactorWarn?: number;
  minimumReplicationFactorFail?: number;
  maximumReplicationFactorWarn?: number;
  maximumReplicationFactorFail?: number;
  tablesWarn?: number;
  tablesFail?: number;
  columnsPerTableWarn?: number;
  columnsPerTableFail?: number;
  secondaryIndexesPerTableWarn?: number;
  secondaryIndexesPerTableFail?: number;
  fieldsPerUdtWarn?: number;
  fieldsPerUdtFail?: number;
  vectorDimensionsWarn?: number;
  vectorDimensionsFail?: number;
};

/** What the server refuses everybody but superusers; false where it does, else absent. */
export type Permitted = {
  dropKeyspaceEnabled?: false;
  alterTableEnabled?: false;
  dropTruncateTableEnabled?: false;
  secondaryIndexesEnabled?: false;
  uncompressedTablesEnabled?: false;
  vectorTypeEnabled?: false;
  zeroTtlOnTwcsEnabled?: false;
  readBeforeWriteListOperationsEnabled?: false;
  allowFilteringEnabled?: false;
  userTimestampsEnabled?: false;
  useStatementsEnabled?: false;
};

/** Lists of names, absent where they are empty. */
export type Listed = {
  tablePropertiesWarned?: string[];
  tablePropertiesIgnored?: string[];
  tablePropertiesDisallowed?: string[];
  readConsistencyLevelsDisallowed?: string[];
  writeConsistencyLevelsDisallowed?: string[];
};

/** Guardrails of `system_views.settings`, as far as they bear on keyspaces, schemas and their clients. */
export type Guardrails = Thresholds & Permitted & Listed;
