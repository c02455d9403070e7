import { granteeText } from './grantees';
import { ident } from './identifiers';
import { asDba, membershipOptions, script } from './script';

/** What is changed on a database so that nobody but the provisioner can connect. */
export type DumpOpening = {
  dba: string;
  /** Roles, and `PUBLIC`, that may connect otherwise. */
  connectors: string[];
  /** Those of them that may give it on. */
  grantable?: string[];
  /** Roles as whose members everything can be read. */
  readers: string[];
};

/** Lets the provisioner in, and it alone, also where nobody may connect. */
export function openForDump(
  database: string,
  { dba, connectors, readers }: DumpOpening,
): string {
  const on = `CONNECT ON DATABASE ${ident(database)}`;
  return [
    asDba(dba, [
      ...(connectors.length === 0
        ? []
        : [`REVOKE ${on} FROM ${grantees(connectors)}`]),
      `GRANT ${on} TO SESSION_USER`,
      `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS true`,
    ]),
    script([
      `GRANT ${ident(...readers)} TO SESSION_USER${membershipOptions({
        inherit: true,
        set: true,
      })}`,
    ]),
  ].join('\n');
}

/** Undoes it: whoever could connect before can again, as soon as connections are allowed. */
export function closeAfterDump(
  database: string,
  { dba, connectors, grantable = [], readers }: DumpOpening,
  allowConnections: boolean,
): string {
  return [
    asDba(dba, [
      `ALTER DATABASE ${ident(database)} ALLOW_CONNECTIONS ${allowConnections}`,
      ...grantConnect(
        database,
        connectors.filter(name => !grantable.includes(name)),
      ),
      ...grantConnect(database, grantable, ' WITH GRANT OPTION'),
    ]),
    script([`REVOKE ${ident(...readers)} FROM SESSION_USER`]),
  ].join('\n');
}

function grantConnect(
  database: string,
  connectors: string[],
  option: string = '',
): string[] {
  return connectors.length === 0
    ? []
    : [
        `GRANT CONNECT ON DATABASE ${ident(database)} TO ${grantees(
          connectors,
        )}${option}`,
      ];
}

function grantees(names: string[]): string {
  return names.map(granteeText).join(', ');
}
