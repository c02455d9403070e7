import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import {
  ContractBench,
  exportInput,
  type Subject,
} from '@data-resources/plugin-data-resources-node/testUtils';
import { sqlAsAdmin, testEngine } from '@data-resources/test-engines';
import { Client } from 'pg';
import { parseAllDocuments } from 'yaml';
import { databaseFixture } from './__testUtils__/databaseFixture';
import { PostgresBench } from './__testUtils__/PostgresBench';
import { databaseExports } from './exports';
import { groupRoles } from './type/names';
import { namesOfSchemaRoles, schemaRoles } from './type/schemas';

jest.setTimeout(60_000);

/** Another server, on which nothing of ours stands. */
const EMPTY = 'postgres-prod';

/** All that can be asked for, written down and made again. */
describe('exports of a database with schemas and a locale of its own', () => {
  let server: PostgresBench;
  let bench: ContractBench;
  let subject: Subject;
  let grants: PlannedGrant[];

  const logins = () => grants.flatMap(({ login }) => [login.a, login.b]);
  const groups = () => [
    ...Object.values(groupRoles(subject.name)),
    ...namesOfSchemaRoles(
      ['audit', 'sales'].map(schema => schemaRoles(subject.name, schema)),
    ),
  ];

  beforeAll(async () => {
    server = await PostgresBench.create();
    bench = new ContractBench(
      databaseFixture(server, {
        localeProvider: 'icu',
        locale: 'de-DE',
        extensions: ['citext@1.6'],
        schemas: ['audit', 'sales'],
      }),
    );
    grants = ['owner', 'owner:sales', 'reader:audit'].map(role =>
      bench.grant(role),
    );
    subject = await bench.create(...grants);
  });
  afterAll(async () => {
    await sqlAsAdmin(EMPTY, `DROP DATABASE IF EXISTS "${subject.name}"`);
    for (const role of [...logins(), ...groups()]) {
      await sqlAsAdmin(EMPTY, `DROP ROLE IF EXISTS "${role}"`);
    }
    await bench.cleanUp();
    await server.close();
  });

  function render(id: string): string {
    const format = databaseExports.find(each => each.id === id)!;
    return format.render({
      ...exportInput({
        instance: bench.instance,
        type: 'postgres-database',
        name: subject.name,
        spec: bench.spec,
        grants,
      }),
      variables: { username: 'PGUSER', password: 'PGPASSWORD' },
    } as Parameters<typeof format.render>[0])!.text;
  }

  it('should be SQL that makes the same database on an empty server', async () => {
    const [before, inside] = render('sql').split(/^\\connect .*$/m);
    for (const [part, database] of [
      [before, 'postgres'],
      [inside, subject.name],
    ]) {
      const { host, port, admin } = testEngine(EMPTY);
      const client = new Client({ host, port, ...admin, database });
      await client.connect();
      for (const statements of part.split(/\n\n/)) {
        await client.query(statements);
      }
      await client.end();
    }
    const options = { database: subject.name };
    const [made, ours] = await Promise.all([
      sqlAsAdmin(EMPTY, picture(), options),
      server.sql(picture(), options),
    ]);
    expect(made).toEqual(ours);
    expect(ours.length).toBeGreaterThan(100);
  });

  it('should declare for CloudNativePG the schemas and who is in their groups', () => {
    const documents = parseAllDocuments(render('cloudnative-pg')).map(each =>
      each.toJS(),
    );
    const { name } = subject;
    expect(
      documents.find(({ kind }) => kind === 'Database').spec,
    ).toMatchObject({
      localeProvider: 'icu',
      icuLocale: 'de-DE',
      extensions: [{ name: 'citext', version: '1.6', schema: 'public' }],
      schemas: [
        { name: 'audit', owner: `${name}_dba` },
        { name: 'sales', owner: `${name}_dba` },
      ],
    });
    const rolesOf = (role: string) =>
      documents.find(({ spec }) => spec.name === role).spec.inRoles;
    expect(rolesOf(`${name}_ro`)).toEqual([
      `${name}.audit_ro`,
      `${name}.sales_ro`,
    ]);
    expect(rolesOf(`${name}_dba`)).toBeUndefined();
    expect(rolesOf(grants[1].login.a)).toEqual([`${name}.sales_owner`]);
    const kubernetes = documents.map(({ metadata }) => metadata.name);
    expect(new Set(kubernetes).size).toBe(kubernetes.length);
  });

  it('should declare for Crossplane the schemas by references that lead somewhere, and say what it cannot', () => {
    const text = render('crossplane');
    expect(text).toMatch(/# .*LOCALE_PROVIDER icu/);
    expect(text).toMatch(/# .*EXECUTE on functions/);
    const documents = parseAllDocuments(text).map(each => each.toJS());
    const names = (kind: string) =>
      documents
        .filter(each => each.kind === kind)
        .map(({ metadata }) => metadata.name);
    expect(names('Role')).toHaveLength(4 + 6 + 6);
    expect(names('Schema')).toHaveLength(3);
    for (const { kind, metadata, spec } of documents) {
      expect(names(kind).filter(name => name === metadata.name)).toHaveLength(
        1,
      );
      const { roleRef, memberOfRef, ownerRef } = spec.forProvider;
      for (const ref of [roleRef, memberOfRef, ownerRef]) {
        expect([undefined, ...names('Role')]).toContain(ref?.name);
      }
    }
    expect(
      documents.find(({ kind }) => kind === 'Extension').spec.forProvider,
    ).toMatchObject({ extension: 'citext', version: '1.6' });
  });

  /** The database, its roles, memberships and privileges, but those of whoever made them. */
  function picture(): string {
    const ours = [...groups(), ...logins()].map(role => `'${role}'`).join(', ');
    const of = (role: string) => `pg_get_userbyid(${role})`;
    return `SELECT concat_ws(' ', 'database', datlocprovider, datlocale, ${of(
      'datdba',
    )}) AS text
       FROM pg_database WHERE datname = current_database()
     UNION ALL SELECT concat_ws(' ', 'on database', ${of(
       'grantee',
     )}, privilege_type)
       FROM pg_database, aclexplode(datacl)
       WHERE datname = current_database() AND ${of('grantee')} IN (${ours})
     UNION ALL SELECT concat_ws(' ', 'role', rolname, rolcanlogin, rolinherit)
       FROM pg_roles WHERE rolname IN (${ours})
     UNION ALL SELECT concat_ws(' ', 'member', ${of('member')}, ${of(
      'roleid',
    )}, inherit_option, set_option)
       FROM pg_auth_members WHERE ${of('member')} IN (${ours})
     UNION ALL SELECT concat_ws(' ', 'schema', nspname, ${of('nspowner')}, ${of(
      'grantee',
    )}, privilege_type)
       FROM pg_namespace, aclexplode(nspacl) WHERE nspname IN ('public', 'audit', 'sales')
     UNION ALL SELECT concat_ws(' ', 'default', ${of(
       'defaclrole',
     )}, defaclobjtype,
         defaclnamespace::regnamespace, ${of('grantee')}, privilege_type)
       FROM pg_default_acl, aclexplode(defaclacl)
     UNION ALL SELECT concat_ws(' ', 'works as', ${of('setrole')}, setconfig)
       FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase
       WHERE datname = current_database()
     UNION ALL SELECT concat_ws(' ', 'extension', extname, extversion) FROM pg_extension
     ORDER BY 1`;
  }
});
