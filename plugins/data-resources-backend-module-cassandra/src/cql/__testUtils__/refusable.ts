import { quoteIdentifier } from '../quote';
import { writeStatement } from '../schema/writeStatement';
import type * as statements from '../statements';

/** What is there to be harmed. */
interface Scene {
  keyspace: string;
  role: string;
  /** A member of the role. */
  member: string;
  /** The provisioner's name. */
  me: () => string;
}

const replication = { dc1: 1 };
const permissions = ['SELECT'];
const native = { kind: 'native', name: 'int' } as const;
const id = { name: 'id', type: native, isStatic: false, offset: 0 };
const table = {
  kind: 'table' as const,
  name: 'made',
  offset: 0,
  columns: [id],
  partitionKey: [{ name: 'id', offset: 0 }],
  clustering: [],
  order: [],
  options: [],
};
const index = {
  kind: 'index' as const,
  name: 'made',
  isNamed: true,
  offset: 0,
  table: { name: 't', offset: 0 },
  column: { name: 'id', offset: 0 },
  isSai: false,
  options: [],
};

/**
 * Statements that no server carries out with a name that cannot be, whichever of their names it is; and
 * why, where that shows that the name was not misread.
 */
export function refusable(
  cql: typeof statements,
  { keyspace, role, member, me }: Scene,
): [what: string, build: (text: string) => string, refusal?: RegExp][] {
  return [
    [
      'CREATE KEYSPACE',
      text =>
        cql.createKeyspace({
          keyspace: text,
          replication,
          durableWrites: true,
        }),
      /Keyspace name must/,
    ],
    [
      'the data centre of CREATE KEYSPACE',
      text =>
        cql.createKeyspace({
          keyspace: `never_${Math.random().toString(36).slice(2)}`,
          replication: { [text]: 1 },
          durableWrites: true,
        }),
      /Unrecognized strategy option/,
    ],
    [
      'ALTER KEYSPACE',
      text =>
        cql.alterKeyspace({
          keyspace: text,
          replication,
          durableWrites: false,
        }),
    ],
    [
      'the data centre of ALTER KEYSPACE',
      text =>
        cql.alterKeyspace({
          keyspace,
          replication: { [text]: 1 },
          durableWrites: false,
        }),
    ],
    ['DROP KEYSPACE', cql.dropKeyspace],
    ['DROP ROLE', cql.dropRole],
    ['the role of GRANT', text => cql.grantRole(text, member)],
    ['the member of GRANT', text => cql.grantRole(role, text)],
    ['the role of REVOKE', text => cql.revokeRole(text, member)],
    ['the member of REVOKE', text => cql.revokeRole(role, text)],
    [
      'the role of GRANT SELECT',
      text =>
        cql.grantPermissions({
          role: text,
          permissions,
          on: 'keyspace',
          keyspace,
        }),
    ],
    [
      'the keyspace of GRANT SELECT',
      text =>
        cql.grantPermissions({
          role: member,
          permissions,
          on: 'tables',
          keyspace: text,
        }),
    ],
    [
      'the role of REVOKE SELECT',
      text =>
        cql.revokePermissions({
          role: text,
          permissions,
          on: 'tables',
          keyspace,
        }),
    ],
    [
      'the keyspace of REVOKE SELECT',
      text =>
        cql.revokePermissions({
          role: member,
          permissions,
          on: 'keyspace',
          keyspace: text,
        }),
    ],
    [
      'the role of REVOKE … FROM',
      text =>
        cql.revokeFrom(
          text,
          permissions,
          `KEYSPACE ${quoteIdentifier(keyspace)}`,
        ),
    ],
    ['the table of REVOKE', text => cql.revokeTable(keyspace, text, member)],
    ['the login of REVOKE', text => cql.revokeTable(keyspace, 't', text)],
    ['the login of HASHED PASSWORD', text => cql.enableLogin(text, 'x')],
    ['the verifier of HASHED PASSWORD', text => cql.enableLogin(member, text)],
    ['ALTER ROLE', cql.disableLogin],
    ['the keyspace of GRANT ALL', text => cql.grantKeyspaceTo(text, me())],
    ['the role of GRANT ALL', text => cql.grantKeyspaceTo(keyspace, text)],
    [
      'the role that is given by GRANT ALL',
      text => cql.grantRoleRightsTo(text, member),
    ],
    [
      'a map of replicas',
      text =>
        `ALTER KEYSPACE ${quoteIdentifier(
          keyspace,
        )} WITH replication = ${cql.replicationMap({ [text]: 1 })}`,
    ],
    [
      'the data centre of CREATE ROLE',
      text =>
        cql.createRole(`never_${Math.random().toString(36).slice(2)}`, [text]),
    ],
    ['the login of ACCESS TO', text => cql.limitLogin(text, ['dc1'])],
    ['the data centre of ACCESS TO', text => cql.limitLogin(member, [text])],
    [
      'the table of a first schema',
      text => writeStatement({ ...table, name: text }, keyspace),
    ],
    [
      'the keyspace of a first schema',
      text =>
        writeStatement(
          { kind: 'type', name: 'made', offset: 0, fields: [id] },
          text,
        ),
    ],
    [
      'the type of a column',
      text =>
        writeStatement(
          {
            ...table,
            columns: [
              id,
              {
                ...id,
                name: 'a',
                type: { kind: 'own', name: text, offset: 0 },
              },
            ],
          },
          keyspace,
        ),
    ],
    [
      'the name of an index',
      text => writeStatement({ ...index, name: text }, keyspace),
    ],
    [
      'the table of an index',
      text =>
        writeStatement(
          { ...index, table: { name: text, offset: 0 } },
          keyspace,
        ),
    ],
    [
      'the column of an index',
      text =>
        writeStatement(
          { ...index, column: { name: text, offset: 0 } },
          keyspace,
        ),
    ],
  ];
}
