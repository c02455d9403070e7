import type { JsonObject } from '@backstage/types';

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
};

/** What an observation tells a plan besides the database itself. */
export type ObservedFacts = {
  /** Roles under the names of the group roles that are not ours. */
  foreignRoles: string[];
  owner?: string;
};

/** Facts come back as JSON; an engine reads only what it wrote itself. */
export function serverFacts(facts: JsonObject): ServerFacts {
  return facts as unknown as ServerFacts;
}

/** See {@link serverFacts}. */
export function observedFacts(facts: JsonObject): ObservedFacts {
  return facts as unknown as ObservedFacts;
}
