import { type auth, type ClientOptions, policies } from 'cassandra-driver';
import type { AdminConfig } from '../config/readCassandraConfig';

/** How soon the driver tries again to reach a node that was down. */
const RECONNECT_MS = 1_000;
/** When a read has had no answer for so long, another node is asked as well. */
const SECOND_NODE_MS = 1_000;
const MORE_NODES = 2;
/** How soon a connection that nobody uses is found to be dead. */
const HEARTBEAT_MS = 5_000;

/** How the driver is to be with a cluster. */
export function clientOptions(
  admin: AdminConfig,
  authProvider: auth.AuthProvider,
): ClientOptions {
  return {
    contactPoints: admin.contactPoints,
    authProvider,
    sslOptions: admin.tls
      ? { ca: admin.ca, rejectUnauthorized: true }
      : undefined,
    // Few keyspaces are ours and their rows are not our business.
    isMetadataSyncEnabled: false,
    prepareOnAllHosts: false,
    rePrepareOnUp: false,
    policies: {
      // A node that hangs costs each read this long, and not its whole time.
      speculativeExecution:
        new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(
          Math.min(SECOND_NODE_MS, Math.ceil(admin.callTimeoutMs / 4)),
          MORE_NODES,
        ),
      // One that knows a local data centre leaves sockets open when the name is wrong.
      loadBalancing: new policies.loadBalancing.RoundRobinPolicy(),
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(
        RECONNECT_MS,
      ),
    },
    protocolOptions: {
      port: admin.port,
      // The session itself asks the nodes; the driver would go by gossip, twice a second.
      maxSchemaAgreementWaitSeconds: 0,
    },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    socketOptions: {
      connectTimeout: Math.ceil(admin.callTimeoutMs / 2),
      // Ends requests that we no longer wait for.
      readTimeout: admin.callTimeoutMs,
    },
  };
}
