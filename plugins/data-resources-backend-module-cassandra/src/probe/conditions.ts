import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import { replicationMap } from '../cql/statements';
import type { KeyspaceRow } from '../keyspace/observation';
import type { Provisioner } from './readProvisioner';
import type { Cluster } from './readTopology';

/** ALL TABLES IN KEYSPACE and HASHED PASSWORD came with it. */
const OLDEST = [4, 1] as const;

/** How many replicas of roles and permissions a data centre should have. */
const AUTH_REPLICAS = 3;

/** With more than these the portal could touch what others made. */
const TOO_WIDE = ['ALTER', 'DROP', 'SELECT', 'MODIFY', 'AUTHORIZE'];

/** Whether the version can do all that the module does. */
export function versionCondition({ nodes }: Cluster): InstanceCondition {
  const tooOld = nodes.filter(({ version }) => {
    const [major, minor] = version.split('.').map(Number);
    return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
  });
  return tooOld.length === 0
    ? { type: 'Version', status: 'ok', message: `Cassandra ${versions(nodes)}` }
    : {
        type: 'Version',
        status: 'error',
        message: `${tooOld[0].address} runs Cassandra ${
          tooOld[0].version
        }; the portal needs ${OLDEST.join('.')} or newer on every node`,
      };
}

/** Whether the nodes have the same schema. */
export function schemaCondition({ nodes }: Cluster): InstanceCondition {
  const found = new Map<string, string[]>();
  for (const { schemaVersion, address } of nodes) {
    found.set(schemaVersion, [...(found.get(schemaVersion) ?? []), address]);
  }
  return found.size === 1
    ? {
        type: 'SchemaAgreement',
        status: 'ok',
        message: 'All nodes have the same schema',
      }
    : {
        type: 'SchemaAgreement',
        status: 'warn',
        message: `The nodes do not agree on the schema: ${[...found]
          .map(
            ([version, addresses]) => `${addresses.join(', ')} has ${version}`,
          )
          .join(
            '; ',
          )}. A node that is down keeps its last one; else look at nodetool describecluster`,
      };
}

/** What the provisioner is, lacks and has too much of. */
export function provisionerConditions(
  provisioner: Provisioner,
  username: string,
): InstanceCondition[] {
  const me = quoteIdentifier(username);
  if (provisioner.uncheckedBecause !== undefined) {
    return [
      {
        type: 'Authorizer',
        status: 'error',
        message: `The cluster checks no logins or permissions, so nothing that is granted there means anything (${provisioner.uncheckedBecause}). Set authenticator to PasswordAuthenticator and authorizer to CassandraAuthorizer in cassandra.yaml`,
      },
    ];
  }
  if (provisioner.superuser) {
    return [
      {
        type: 'Provisioner',
        status: 'warn',
        message: `The portal's role ${me} is a superuser and could touch everything. An administrator runs: ALTER ROLE ${me} WITH SUPERUSER = false; GRANT CREATE ON ALL KEYSPACES TO ${me}; GRANT CREATE ON ALL ROLES TO ${me}; GRANT DESCRIBE ON ALL ROLES TO ${me}`,
      },
    ];
  }
  const missing = [
    ['CREATE', 'ALL KEYSPACES', provisioner.onAllKeyspaces] as const,
    ['CREATE', 'ALL ROLES', provisioner.onAllRoles] as const,
    ['DESCRIBE', 'ALL ROLES', provisioner.onAllRoles] as const,
  ]
    .filter(([permission, , held]) => !held.has(permission))
    .map(([permission, on]) => `GRANT ${permission} ON ${on} TO ${me}`);
  if (missing.length > 0) {
    return [
      {
        type: 'Provisioner',
        status: 'error',
        message: `The portal's role ${me} lacks permissions. An administrator runs: ${missing.join(
          '; ',
        )}`,
      },
    ];
  }
  const excess = [
    ['ALL KEYSPACES', provisioner.onAllKeyspaces] as const,
    ['ALL ROLES', provisioner.onAllRoles] as const,
  ].flatMap(([on, held]) =>
    TOO_WIDE.filter(permission => held.has(permission)).map(
      permission => `REVOKE ${permission} ON ${on} FROM ${me}`,
    ),
  );
  return [
    excess.length === 0
      ? {
          type: 'Provisioner',
          status: 'ok',
          message: `The portal's role ${me} can create keyspaces and roles, and touch no others`,
        }
      : {
          type: 'Provisioner',
          status: 'warn',
          message: `The portal's role ${me} could touch what others made. An administrator runs: ${excess.join(
            '; ',
          )}`,
        },
  ];
}

/** What the portal cannot see for lack of a permission that it could do without. */
export function visibilityConditions(options: {
  username: string;
  canReadSettings: boolean;
  canReadMembers: boolean;
}): InstanceCondition[] {
  const me = quoteIdentifier(options.username);
  const conditions: InstanceCondition[] = [];
  if (!options.canReadSettings) {
    conditions.push({
      type: 'Guardrails',
      status: 'warn',
      message: `The cluster's guardrails cannot be read, so plans do not know them. An administrator runs: GRANT SELECT ON KEYSPACE system_views TO ${me}`,
    });
  }
  if (!options.canReadMembers) {
    conditions.push({
      type: 'RoleMembers',
      status: 'warn',
      message: `To tell who has access to a keyspace, the portal has to ask about every role of the cluster. With one permission it need not; an administrator runs: GRANT SELECT ON TABLE system_auth.role_members TO ${me}`,
    });
  }
  return conditions;
}

/** Whether roles and permissions survive the loss of a node. */
export function systemAuthCondition(
  keyspaces: readonly KeyspaceRow[],
  nodes: { [dataCenter: string]: number },
): InstanceCondition {
  const type = 'SystemAuthReplication';
  const auth = keyspaces.find(({ name }) => name === 'system_auth');
  const total = Object.values(nodes).reduce((sum, count) => sum + count, 0);
  const wanted = Object.fromEntries(
    Object.entries(nodes).map(([name, count]) => [
      name,
      Math.min(AUTH_REPLICAS, count),
    ]),
  );
  const perDataCenter = auth?.strategy === 'NetworkTopologyStrategy';
  const replication = auth?.spec.replication ?? {};
  const short = perDataCenter
    ? Object.keys(nodes).filter(name => (replication[name] ?? 0) < wanted[name])
    : Object.keys(nodes);
  const enough =
    total === 1 ||
    (perDataCenter
      ? short.length === 0
      : Object.keys(nodes).length === 1 &&
        (replication.replication_factor ?? 0) >= wanted[Object.keys(nodes)[0]]);
  if (enough) {
    return {
      type,
      status: 'ok',
      message: 'Roles and permissions have enough replicas',
    };
  }
  return {
    type,
    status: 'warn',
    message: `system_auth has too few replicas in ${short.join(
      ', ',
    )}: when a node is down, logins and all work on roles may fail. An administrator runs: ALTER KEYSPACE system_auth WITH replication = ${replicationMap(
      wanted,
    )}; and then on every node: nodetool repair --full system_auth`,
  };
}

function versions(nodes: Cluster['nodes']): string {
  return [...new Set(nodes.map(({ version }) => version))].sort().join(', ');
}
