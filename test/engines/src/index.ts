export { CassandraCluster } from './cassandra/CassandraCluster';
export type { CassandraNode } from './cassandra/CassandraCluster';
export { consumeAs, produceAs, whileConsumingAs } from './clients/kafka';
export type { KafkaLogin } from './clients/kafka';
export * from './description';
export { demandEngine } from './demandEngine';
export { Engine } from './Engine';
export type { StartResult } from './Engine';
export { findJavas, MissingPrerequisiteError } from './java/findJava';
export type { Java } from './java/findJava';
export { findMaven, hasJars, jarsFolder, requireJars } from './java/jars';
export type { JarSet } from './java/jars';
export { postgresUser } from './postgres/binaries';
export { PostgresPair } from './postgres/PostgresPair';
export { findPostgresTool, postgres18Folder } from './postgres/tools';
export type { PostgresTool } from './postgres/tools';
export { TestAuthority } from './kafka/TestAuthority';
export type { CertificateRequest } from './kafka/TestAuthority';
export { FolderLock } from './FolderLock';
export {
  assertPortsFree,
  DEFAULT_BASE_PORT,
  freePorts,
  isFree,
  portNames,
  portsFrom,
} from './ports';
export type { EnginePorts, PortName } from './ports';
export { ServerProcess, stopGroup } from './processes';
export {
  describePortalDatabase,
  otherEngine,
  removeEngines,
  runningEngine,
  RunningEngines,
  startEngines,
} from './startEngines';
export type { StartEnginesOptions } from './startEngines';
export {
  cqlAsAdmin,
  kafkaAcls,
  kafkaConfigs,
  kafkaConsumerGroups,
  kafkaMetadataQuorum,
  kafkaReassignPartitions,
  kafkaTopics,
  sqlAsAdmin,
} from './witnesses';
