import type {
  ResourceType,
  RoleDefinition,
} from '@data-resources/plugin-data-resources-node';
import { keyspaceExports } from './exports';
import { keyspaceSpecSchema, type KeyspaceSpec } from './keyspaceSpec';
import { checkName, type KeyspaceRole } from './names';

const roles: readonly (RoleDefinition & { name: KeyspaceRole })[] = [
  {
    name: 'reader',
    title: 'Reader',
    description: 'SELECT on every table of the keyspace',
  },
  {
    name: 'writer',
    title: 'Writer',
    description: 'SELECT and MODIFY on every table of the keyspace',
  },
  {
    name: 'owner',
    title: 'Owner',
    description:
      'SELECT, MODIFY, CREATE, ALTER and DROP on every table of the keyspace. The keyspace itself, its replication and who may use it stay with the portal',
  },
];

/** What can be requested: a keyspace with `NetworkTopologyStrategy`. */
export const keyspaceType: ResourceType<KeyspaceSpec> = {
  type: 'cassandra-keyspace',
  engine: 'cassandra',
  title: 'Cassandra keyspace',
  description:
    'A keyspace with its replicas per data centre, and a role each for reading, writing and changing its tables',
  roles,
  specSchema: keyspaceSpecSchema,
  multilineFields: ['schema'],
  mapKeys: { replication: { ofTopology: 'dataCenters' } },
  checkName,
  // Cassandra tells "Orders" and "orders" apart; whoever forgets the quotes does not.
  normaliseName: name => name.toLowerCase(),
  counters: ['keyspaces'],
  usage: () => ({ keyspaces: 1 }),
  exports: keyspaceExports,
};
