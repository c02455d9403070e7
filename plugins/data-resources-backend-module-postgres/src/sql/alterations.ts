import type { GroupRoles } from '../type/names';
import { ident, literal } from './identifiers';
import { asDba, script, whileMember } from './script';
import { createExtensions, setParameters } from './statements';

/** What may be changed on a database without entering it. */
export type DatabaseAlterations = {
  connectionLimit?: number;
  set: { [name: string]: string };
  reset: string[];
};

export function alterDatabase(
  database: string,
  dba: string,
  { connectionLimit, set, reset }: DatabaseAlterations,
): string {
  const alter = `ALTER DATABASE ${ident(database)}`;
  return asDba(dba, [
    ...(connectionLimit === undefined
      ? []
      : [`${alter} CONNECTION LIMIT ${connectionLimit}`]),
    ...setParameters(database, set),
    ...reset.map(name => `${alter} RESET ${ident(name)}`),
  ]);
}

/**
 * Without CASCADE. One statement drops all, so that those which require each other go together.
 * It runs with the rights of both groups, for members of `_owner` may have created an extension.
 */
export function alterExtensions(
  roles: GroupRoles,
  drop: string[],
  create: string[],
  update: { name: string; to: string }[] = [],
): string {
  return script(
    whileMember([roles.dba, roles.owner], { inherit: true, set: true }, [
      ...(drop.length === 0
        ? []
        : [`DROP EXTENSION IF EXISTS ${ident(...drop)}`]),
      ...(create.length === 0
        ? []
        : [
            `SET LOCAL ROLE ${ident(roles.dba)}`,
            ...createExtensions(create),
            'SET LOCAL ROLE NONE',
          ]),
      ...update.map(
        ({ name, to }) =>
          `ALTER EXTENSION ${ident(name)} UPDATE TO ${literal(to)}`,
      ),
    ]),
  );
}

/** Nobody can connect any more, superusers included. */
export function closeDatabase(database: string, dba: string): string {
  return asDba(dba, [
    `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS false`,
  ]);
}

export function openDatabase(database: string, dba: string): string {
  return asDba(dba, [
    `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS true`,
  ]);
}
