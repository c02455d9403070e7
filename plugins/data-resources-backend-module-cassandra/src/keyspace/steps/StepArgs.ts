import type { SchemaStatement } from '../../cql/schema/statements';
import type { Shape } from '../../cql/schema/shapes';
import type { Permissions } from '../../cql/statements';

/** The keyspace that an adoption was planned for. */
export type Adopted = {
  keyspace: string;
  /** See `KeyspaceIdentity`. */
  definedAt: string;
};

/** What each kind of step is executed from; all of them know the object besides. */
export type StepArgs = {
  'create-keyspace': {
    replication: { [dataCenter: string]: number };
    durableWrites: boolean;
  };
  'alter-keyspace': {
    replication: { [dataCenter: string]: number };
    durableWrites: boolean;
  };
  'create-object': {
    kind: SchemaStatement['kind'];
    name: string;
    /** Written by us from what was understood. */
    cql: string;
    shape: Shape;
  };
  'release-tables': { tables: string[] };
  'create-group-roles': { roles: string[]; adopts?: Adopted };
  'grant-permissions': { grants: Permissions[]; adopts?: Adopted };
  'begin-adoption': Adopted & { roles: string[] };
  'adopt-keyspace': Adopted;
  'revoke-permissions': {
    keyspace: string;
    roles: string[];
    /** What they are for; nothing of it is kept unless told. */
    keep?: Permissions[];
  };
  'shut-group-roles': { roles: string[] };
  'ensure-logins': { logins: string[]; dataCenters?: string[] };
  'grant-role': { role: string; logins: string[] };
  'revoke-role': { role: string; logins: string[] };
  'revoke-created-tables': { keyspace: string; logins: string[] };
  'drop-keyspace': { [key: string]: never };
  'drop-group-roles': { roles: string[] };
  'release-logins': { logins: string[] };
};

/** What a step does. */
export type StepKind = keyof StepArgs;
