import { variant } from './dialect';
import { ident } from './identifiers';

/** What a membership is good for. Until 15 it is good for all, and cannot say so. */
export function membershipOptions(options: {
  inherit: boolean;
  set: boolean;
}): string {
  return variant(
    'membershipOptions',
    ` WITH INHERIT ${options.inherit}, SET ${options.set}`,
  );
}

/** The provisioner becomes a member of roles for the length of a transaction. */
export function whileMember(
  roles: string[],
  options: { inherit: boolean; set: boolean },
  statements: string[],
): string[] {
  const list = ident(...roles);
  return [
    `GRANT ${list} TO SESSION_USER${membershipOptions(options)}`,
    ...statements,
    `REVOKE ${list} FROM SESSION_USER`,
  ];
}

/** Several statements in one text are one transaction. */
export function script(statements: string[]): string {
  return `${statements.join(';\n')};`;
}

/** With the rights of the role that owns a database, and no others. */
export function asDba(dba: string, statements: string[]): string {
  return script(
    whileMember([dba], { inherit: false, set: true }, [
      `SET LOCAL ROLE ${ident(dba)}`,
      ...statements,
      'SET LOCAL ROLE NONE',
    ]),
  );
}
