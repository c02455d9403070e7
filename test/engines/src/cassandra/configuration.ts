/** What differs between one node's configuration and another's. */
export interface NodeSettings {
  /** The server's folder. */
  folder: string;
  port: number;
  storagePort: number;
  /** The address of the node. */
  host: string;
  dataCenter: string;
  /** Addresses of the nodes that tell of the others. */
  seeds: readonly string[];
  heapMb: number;
  /** By their names. */
  guardrails?: { [setting: string]: number };
}

/** The data centre of a node that is alone. */
export const DATA_CENTER = 'dc1';

/** A node that is gone or hangs is told so by the others within these times, for tests to be short. */
const IMPATIENT = {
  phi_convict_threshold: 5,
  read_request_timeout: '2000ms',
  range_request_timeout: '2000ms',
  write_request_timeout: '2000ms',
  cas_contention_timeout: '2000ms',
  request_timeout: '3000ms',
};

/** As Cassandra does unless told: a node that is killed forgets what it acknowledged in its last 100 ms. */
const PERIODIC = {
  commitlog_sync: 'periodic',
  commitlog_sync_period: '10000ms',
};

/** What a node of several acknowledged is still there after it was killed. */
const DURABLE = { commitlog_sync: 'batch' };

/** A node's cassandra.yaml. JSON is YAML, and needs no rules for quoting. */
export function cassandraYaml(settings: NodeSettings): string {
  const data = `${settings.folder}/data`;
  return JSON.stringify(
    {
      cluster_name: 'data-resources-dev',
      num_tokens: 4,
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      data_file_directories: [`${data}/tables`],
      commitlog_directory: `${data}/commitlog`,
      hints_directory: `${data}/hints`,
      saved_caches_directory: `${data}/saved_caches`,
      cdc_raw_directory: `${data}/cdc`,
      ...(settings.seeds.length > 1 ? DURABLE : PERIODIC),
      commitlog_segment_size: '8MiB',
      commitlog_total_space: '64MiB',
      seed_provider: [
        {
          class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
          parameters: [
            {
              seeds: settings.seeds
                .map(seed => `${seed}:${settings.storagePort}`)
                .join(','),
            },
          ],
        },
      ],
      listen_address: settings.host,
      rpc_address: settings.host,
      storage_port: settings.storagePort,
      native_transport_port: settings.port,
      start_native_transport: true,
      endpoint_snitch: 'GossipingPropertyFileSnitch',
      authenticator: 'PasswordAuthenticator',
      authorizer: 'CassandraAuthorizer',
      role_manager: 'CassandraRoleManager',
      network_authorizer: 'CassandraNetworkAuthorizer',
      cidr_authorizer: {
        class_name: 'AllowAllCIDRAuthorizer',
        parameters: {
          cidr_checks_for_superusers: false,
          cidr_authorizer_mode: 'ENFORCE',
          cidr_groups_cache_refresh_interval: 1,
          ip_cache_max_size: 100,
        },
      },
      // Who may use them is one of the things that are looked at.
      user_defined_functions_enabled: true,
      // A right that was given or taken holds at once.
      roles_validity: '0ms',
      permissions_validity: '0ms',
      credentials_validity: '0ms',
      // Sized for a laptop.
      concurrent_reads: 8,
      concurrent_writes: 8,
      concurrent_counter_writes: 4,
      memtable_heap_space: '64MiB',
      memtable_offheap_space: '64MiB',
      file_cache_size: '32MiB',
      file_cache_enabled: false,
      key_cache_size: '8MiB',
      counter_cache_size: '4MiB',
      networking_cache_size: '16MiB',
      auto_snapshot: false,
      disk_failure_policy: 'best_effort',
      ...(settings.seeds.length > 1 ? IMPATIENT : {}),
      ...settings.guardrails,
    },
    undefined,
    2,
  );
}

/** Tells GossipingPropertyFileSnitch where the node stands. */
export function rackProperties({ dataCenter }: NodeSettings): string {
  return `dc=${dataCenter}\nrack=rack1\n`;
}

/** Logs to standard output, which the server's log file keeps. */
export const logbackXml = `<configuration>
  <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%date %-5level %logger{0} - %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="out"/></root>
</configuration>
`;

/** Packages that Cassandra 5 reaches into; it dies at the start when one is missing. */
const exportedPackages = [
  'java.base/jdk.internal.misc',
  'java.base/java.lang.ref',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.attach/sun.tools.attach',
  'jdk.compiler/com.sun.tools.javac.file',
  'jdk.unsupported/sun.misc',
];
const openedPackages = [
  'java.base/java.io',
  'java.base/java.lang',
  'java.base/java.lang.module',
  'java.base/java.lang.reflect',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.util.jar',
  'java.base/sun.nio.ch',
  'java.rmi/sun.rmi.transport.tcp',
  'jdk.compiler/com.sun.tools.javac',
  'jdk.management/com.sun.management.internal',
];

/**
 * Arguments of the Java that runs a node.
 *
 * @param configuration - the folder with the three configuration files
 * @param jars - the folder with Cassandra's jars
 */
export function javaArguments(
  settings: NodeSettings,
  configuration: string,
  jars: string,
): string[] {
  return [
    '-ea',
    '-da:net.openhft...',
    `-Xms${settings.heapMb}m`,
    `-Xmx${settings.heapMb}m`,
    '-Xss256k',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-XX:MaxDirectMemorySize=256m',
    '-XX:+PerfDisableSharedMem',
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.net.preferIPv4Stack=true',
    '-Djdk.attach.allowAttachSelf=true',
    ...exportedPackages.map(name => `--add-exports=${name}=ALL-UNNAMED`),
    ...openedPackages.map(name => `--add-opens=${name}=ALL-UNNAMED`),
    '-Dio.netty.tryReflectionSetAccessible=true',
    `-Dcassandra.config=file://${configuration}/cassandra.yaml`,
    `-Dcassandra.storagedir=${settings.folder}/data`,
    `-Dcassandra.logdir=${settings.folder}`,
    `-Djava.io.tmpdir=${settings.folder}/run`,
    // One node has nobody to wait for.
    '-Dcassandra.superuser_setup_delay_ms=0',
    '-Dcassandra.ring_delay_ms=1000',
    '-Dcassandra.skip_wait_for_gossip_to_settle=0',
    '-Dcassandra.shutdown_announce_in_ms=0',
    // The cheapest bcrypt, and none of the pause between two changes of a password.
    '-Dcassandra.auth_bcrypt_gensalt_log2_rounds=4',
    '-Dcassandra.role_password_update_min_interval_in_ms=0',
    '-Dcassandra-foreground=yes',
    '-cp',
    `${configuration}:${jars}/*`,
    'org.apache.cassandra.service.CassandraDaemon',
  ];
}
