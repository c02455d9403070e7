import { ident } from './identifiers';

/** The provisioner becomes a member of roles for the length of a transaction. */
export function whileMember(
  roles: string[],
  options: { inherit: boolean; set: boolean },
  statements: string[],
): string[] {
  const list = ident(...roles);
  return [
    `GRANT ${list} TO SESSION_USER WITH INHERIT ${options.inherit}, SET ${options.set}`,
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
