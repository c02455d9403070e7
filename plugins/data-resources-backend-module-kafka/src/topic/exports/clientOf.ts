import type { ExportInput } from '@data-resources/plugin-data-resources-node';
import { loginAcls, operationsOf } from '../roleAcls';

/** How a client connects; see `KafkaTopicProvider.connection`. */
export interface KafkaConnection {
  bootstrapServers: string[];
  securityProtocol: string;
  saslMechanism: string;
  topic: string;
  ca?: string;
}

/** What a client configuration is made from. */
export interface KafkaClient {
  connection: KafkaConnection;
  tls: boolean;
  /** The name by which the client makes itself known. */
  clientId?: string;
  reads: boolean;
  writes: boolean;
  /** The consumer group that the login may use; so may it every name behind it and a dot. */
  group?: string;
  /** As {@link KafkaClient.group}, for transactions. */
  transactionalId?: string;
}

/** The chosen workload as a client; one that reads and writes where nobody was chosen. */
export function clientOf({ connection, client }: ExportInput): KafkaClient {
  const details = connection as unknown as KafkaConnection;
  const common = {
    connection: details,
    tls: details.securityProtocol === 'SASL_SSL',
  };
  if (!client) {
    return { ...common, reads: true, writes: true };
  }
  const operations = client.roles.flatMap(operationsOf);
  const types = new Set(
    loginAcls(client.login, client.roles).map(
      ({ resourceType }) => resourceType,
    ),
  );
  return {
    ...common,
    clientId: client.principal.slice(client.principal.lastIndexOf('/') + 1),
    reads: operations.includes('READ'),
    writes: operations.includes('WRITE'),
    ...(types.has('GROUP') ? { group: client.login.base } : {}),
    ...(types.has('TRANSACTIONAL_ID')
      ? { transactionalId: client.login.base }
      : {}),
  };
}
