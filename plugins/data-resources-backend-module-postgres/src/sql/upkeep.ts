import type { GroupRoles } from '../type/names';
import { ident } from './identifiers';
import { script, whileMember } from './script';

/** Privileges of group roles that are to be given again. */
export type Regrant = {
  /** On the database. */
  database: { grantee: string; privileges: string[] }[];
  /** On the schema `public`. */
  schema: { grantee: string; privileges: string[] }[];
  /** On what the group of owners will make, or the role that is named. */
  defaults: {
    grantee: string;
    kind: string;
    privileges: string[];
    creator?: string;
  }[];
};

/** Gives what is named, and changes nothing else. */
export function regrant(
  database: string,
  roles: GroupRoles,
  { database: onDatabase, schema, defaults }: Regrant,
): string {
  const given = [
    ...onDatabase.map(
      ({ grantee, privileges }) =>
        `GRANT ${privileges.join(', ')} ON DATABASE ${ident(
          database,
        )} TO ${ident(grantee)}`,
    ),
    ...schema.map(
      ({ grantee, privileges }) =>
        `GRANT ${privileges.join(', ')} ON SCHEMA public TO ${ident(grantee)}`,
    ),
  ];
  return script([
    ...(given.length === 0
      ? []
      : whileMember([roles.dba], { inherit: false, set: true }, [
          `SET LOCAL ROLE ${ident(roles.dba)}`,
          ...given,
          'SET LOCAL ROLE NONE',
        ])),
    ...creatorsOf(defaults, roles.owner).flatMap(creator =>
      whileMember(
        [creator],
        { inherit: true, set: true },
        defaults
          .filter(each => (each.creator ?? roles.owner) === creator)
          .map(
            ({ grantee, kind, privileges }) =>
              `ALTER DEFAULT PRIVILEGES FOR ROLE ${ident(
                creator,
              )} GRANT ${privileges.join(', ')} ON ${kind} TO ${ident(
                grantee,
              )}`,
          ),
      ),
    ),
  ]);
}

function creatorsOf(defaults: Regrant['defaults'], owner: string): string[] {
  return [...new Set(defaults.map(({ creator = owner }) => creator))];
}
