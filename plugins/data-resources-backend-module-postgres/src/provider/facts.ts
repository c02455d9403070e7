import type { JsonObject } from '@backstage/types';
import type { Observation } from '@data-resources/plugin-data-resources-node';
import type { DumpState } from '../dump/dumpState';
import type { ServerVersion } from '../sql/dialect';
import type { NamesOnServer } from '../type/namedOnServer';
import type { ServerSetting } from '../type/serverSettings';
import type { Attached } from './attached';

/** What a probe tells a plan about a server. */
export type ServerFacts = {
  /** Extensions that the server has, in their default version. */
  extensions: {
    name: string;
    /** Whether a role that is no superuser may create it. */
    creatable: boolean;
    /** Extensions that must be there first. */
    requires: string[];
  }[];
  /** Settings of the allow-list that this version knows. */
  parameters: string[];
  /** Locales of the C library, as `pg_collation` knows them. */
  locales: string[];
  /** The locale of a database that names none. */
  defaultLocale: string;
  provisioner: string;
  /** Why nothing can be done there, each with the statement that mends it. */
  obstacles?: string[];
  /** Where last dumps go; absent where none are wanted. */
  dump?: DumpState;
  /** By what its rules are told; absent in what was probed before there were others. */
  server?: ServerVersion;
  model: ServerModel;
};

/** What of a server decides how databases can be made there. */
export type ServerModel = {
  /** Settings of the allow-list, as the server knows them. */
  settings: ServerSetting[];
  /** Every version of the extensions that the instance allows. */
  extensionVersions: {
    name: string;
    version: string;
    isDefault: boolean;
    /** Whether a role that is no superuser may create it, or update to it. */
    creatable: boolean;
    requires: string[];
  }[];
  /** Databases that everybody who may make one may copy. */
  templates: {
    name: string;
    encoding: string;
    provider: string;
    locale: string;
  }[];
  /** What parameters may name; absent in what was probed before it was read. */
  names?: NamesOnServer;
  localeProviders: string[];
  /** The languages that the server's ICU knows, e.g. `de`. */
  icuLanguages: string[];
  /** Locales of the server itself; an encoding where it is for that alone. */
  builtinLocales: { locale: string; encoding: string | null }[];
};

/** What an observation tells a plan besides the database itself. */
export type ObservedFacts = {
  /** Roles under the names of the group roles that are not ours. */
  foreignRoles: string[];
  /** Roles under the names of the schemas' group roles that are not ours. */
  foreignSchemaRoles?: string[];
  /** Where ours has another name now. */
  renamedTo?: string;
  /** Absent, as all that follows, when there is no database. */
  owner?: string;
  /** Whether nothing can connect: it is in quarantine, or somebody closed it. */
  closed?: boolean;
  /** How many sessions are open, without the provisioner's. */
  sessions?: number;
  /** Roles that are connected and whose sessions the provisioner may not end. */
  visitors?: string[];
  /** Absent where there is nothing of it. */
  attached?: Attached;
  /** What somebody took of what the portal gave, where it could be read. */
  missing?: MissingPrivileges;
  /** What somebody changed that the portal may not put back. */
  broken?: BrokenRights;
  /** Whether it was closed here, and not by somebody else. */
  closedHere?: boolean;
  /** Whether every role with CREATEDB may copy it, and nobody drop it. */
  isTemplate?: boolean;
  /** `LC_COLLATE`, whoever provides the locale. */
  collate?: string;
  /** Versions by the names of extensions, where they could be read. */
  extensionVersions?: { [name: string]: string };
  /** Whether the server can update from the version that is there to that asked for, by name. */
  updatePaths?: { [name: string]: boolean };
  /** Those of the schemas asked for or made here that are there, where they could be read. */
  schemas?: SchemaFacts[];
  /** Of a database of which nothing is recorded, if it could be entered. */
  adoption?: AdoptionFacts;
};

/** Privileges that every database of the portal gives, and that are gone. Lists that are empty are absent. */
export type MissingPrivileges = {
  /** Group roles that somebody dropped; they come first, and their privileges are missing as well. */
  roles?: string[];
  /** On the database. */
  database?: { grantee: string; privileges: string[] }[];
  /** On the schema `public`. */
  schema?: { grantee: string; privileges: string[] }[];
  /** On what the group of owners will make, or another role of a database that was adopted. */
  defaults?: {
    grantee: string;
    kind: string;
    privileges: string[];
    creator?: string;
  }[];
};

/** What only an administrator can put back. What is as it was is absent. */
export type BrokenRights = {
  /** Whose the database is, where the `_dba` has none of its rights. */
  owner?: string;
  /** Group roles that somebody renamed, by the names they had. */
  renamed?: { [role: string]: string };
  /** Group roles that somebody made superusers. */
  superusers?: string[];
  /** Group roles that the provisioner has no ADMIN on any more. */
  unreachable?: string[];
};

/** A schema that was made here, or stands under the name of one that is to be. */
export type SchemaFacts = {
  name: string;
  owner: string;
  /** Whether it belongs to the `_dba`. */
  ours: boolean;
  /** Whether its roles, memberships and privileges are as they are made. */
  whole: boolean;
  /** What is in it, in the server's words; the first of it. */
  contents: string[];
};

/** What an adoption finds in a database. */
export type AdoptionFacts = {
  isTemplate: boolean;
  /** Whether every role of the server may connect. */
  isPublic: boolean;
  owner: OwningRole;
  /** All that own a schema, table, view or sequence, ordered by name. */
  owners: (OwningRole & {
    /** The schemas in which it owns something, ordered by name. */
    schemas: string[];
  })[];
  /** Schemas of people, with who owns them, ordered by name. */
  schemas: { name: string; owner: string }[];
};

/** A role that owns something, and what the provisioner may do about it. */
export type OwningRole = {
  name: string;
  superuser: boolean;
  /** Whether it is the provisioner. */
  self: boolean;
  /** Whether the provisioner holds ADMIN on it. */
  administered: boolean;
};

/**
 * The spec of a database as the server has it. Without extensions where they could not be read:
 * it is not ours, refuses connections, or has none left.
 */
export type ObservedSpec = {
  encoding: string;
  locale: string;
  /** Absent for `libc`. */
  localeProvider?: string;
  connectionLimit: number;
  parameters: { [name: string]: string };
  extensions?: string[];
  /** Absent where none was made here, or they could not be read. */
  schemas?: string[];
};

/** Facts come back as JSON; an engine reads only what it wrote itself. */
export function serverFacts(facts: JsonObject): ServerFacts {
  return facts as unknown as ServerFacts;
}

/** See {@link serverFacts}. */
export function observedFacts(facts: JsonObject): ObservedFacts {
  return facts as unknown as ObservedFacts;
}

/** See {@link serverFacts}. */
export function observedSpec({ spec }: Observation): ObservedSpec {
  return spec as unknown as ObservedSpec;
}
