import type { GroupRoles } from '../type/names';
import type { SchemaRoles } from '../type/schemas';
import {
  defaultPrivileges,
  defaultRoutines,
  schemaDefaults,
} from './defaultPrivileges';
import { ident, literal } from './identifiers';
import { endSessions, handOver } from './logins';
import { membershipOptions, script, whileMember } from './script';

export function grantGroup(group: string, logins: string[]): string {
  return script([membership(group, logins)]);
}

export function membership(group: string, members: string[]): string {
  return `GRANT ${ident(group)} TO ${ident(...members)}${membershipOptions({
    inherit: true,
    set: false,
  })}`;
}

/** What an owner makes belongs to the group, also after `RESET ROLE` as far as others read it. */
export function grantOwner(
  database: string,
  roles: GroupRoles,
  logins: string[],
  { routines = false, schemas = [] }: OwnersDefaults = {},
): string {
  return script([
    ...worksAs(database, roles.owner, logins),
    ...whileMember(logins, { inherit: true, set: false }, [
      ...defaultPrivileges(logins, roles, ['owner', 'rw', 'ro']),
      ...(routines
        ? defaultRoutines(logins, [roles.owner, roles.rw, roles.ro])
        : []),
      ...schemas.flatMap(schema => schemaDefaults(logins, schema)),
    ]),
  ]);
}

/** Logins become members of a group, and their sessions in the database begin as it. */
export function worksAs(
  database: string,
  group: string,
  logins: string[],
): string[] {
  return [
    `GRANT ${ident(group)} TO ${ident(...logins)}${membershipOptions({
      inherit: true,
      set: true,
    })}`,
    ...logins.map(
      login =>
        `ALTER ROLE ${ident(login)} IN DATABASE ${ident(
          database,
        )} SET role = ${literal(group)}`,
    ),
  ];
}

/** What is opened of what an owner's login makes as itself, besides tables and sequences. */
export type OwnersDefaults = {
  /** Functions and procedures, to the groups in the place of PUBLIC. */
  routines?: boolean;
  /** What is made in schemas, to the groups of those. */
  schemas?: SchemaRoles[];
};

export function revokeGroup(
  database: string,
  group: string,
  logins: string[],
): string {
  return script([
    `REVOKE ${ident(group)} FROM ${ident(...logins)}`,
    ...whileMember(logins, { inherit: true, set: false }, [
      endSessions(logins, database),
    ]),
  ]);
}

export function revokeOwner(
  database: string,
  owner: string,
  logins: string[],
): string {
  return script([
    `REVOKE ${ident(owner)} FROM ${ident(...logins)}`,
    ...logins.map(
      login =>
        `ALTER ROLE ${ident(login)} IN DATABASE ${ident(database)} RESET role`,
    ),
    ...whileMember([...logins, owner], { inherit: true, set: true }, [
      endSessions(logins, database),
      ...handOver(logins, owner),
    ]),
  ]);
}
