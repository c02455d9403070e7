import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { cqlAsAdmin } from '@data-resources/test-engines';
import { KeyspaceScene } from './__testUtils__/KeyspaceScene';
import { uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

/** Plain clients against what the portal made. */
describe('a keyspace with its logins', () => {
  const scene = KeyspaceScene.forEachTest();

  const create = (...grants: PlannedGrant[]) =>
    scene.create('journey', scene.spec(), ...grants);

  it('should let each role do what it is for, and nothing else', async () => {
    const [owner, writer, reader] = ['owner', 'writer', 'reader'].map(role =>
      scene.portal.grant(role),
    );
    const { name } = await create(owner, writer, reader);
    const [asOwner, asOwnerB, asWriter, asReader] = await Promise.all(
      [owner.login.a, owner.login.b, writer.login.a, reader.login.a].map(
        login => scene.login(login),
      ),
    );

    await asOwner.execute(
      `CREATE TABLE "${name}".t (id int PRIMARY KEY, v text)`,
    );
    await asOwner.execute(`CREATE TYPE "${name}".address (street text)`);
    await asOwner.execute(`ALTER TYPE "${name}".address ADD city text`);
    await asOwner.execute(`CREATE INDEX ON "${name}".t (v)`);
    await asWriter.execute(`INSERT INTO "${name}".t (id, v) VALUES (1, 'one')`);
    const { rows } = await asReader.execute(`SELECT v FROM "${name}".t`);
    expect(rows.map(({ v }) => v)).toEqual(['one']);
    // What one slot made, the other can use: else a rotation would lock out.
    await asOwnerB.execute(`ALTER TABLE "${name}".t ADD w int`);

    await expect(
      asReader.execute(`INSERT INTO "${name}".t (id) VALUES (2)`),
    ).rejects.toThrow(/no MODIFY permission/);
    await expect(
      asWriter.execute(`CREATE TABLE "${name}".u (id int PRIMARY KEY)`),
    ).rejects.toThrow(/no CREATE permission/);
    await expect(asWriter.execute(`DROP TABLE "${name}".t`)).rejects.toThrow(
      /no DROP permission/,
    );
    for (const statement of [
      `DROP KEYSPACE "${name}"`,
      `ALTER KEYSPACE "${name}" WITH durable_writes = false`,
      `GRANT SELECT ON KEYSPACE "${name}" TO "${reader.login.b}"`,
      `CREATE KEYSPACE "${name}_x" WITH replication = {'class': 'NetworkTopologyStrategy', '${scene.cluster.description.dataCenter}': 1}`,
      `CREATE ROLE "${name}_x"`,
    ]) {
      await expect(asOwner.execute(statement)).rejects.toThrow(
        /permission|privileges/,
      );
    }
    await asOwner.execute(`DROP TYPE "${name}".address`);
    await asOwner.execute(`DROP TABLE "${name}".t`);
  });

  it('should keep everybody out of other keyspaces', async () => {
    const [mine, theirs] = [
      scene.portal.grant('owner'),
      scene.portal.grant('owner'),
    ];
    const own = await create(mine);
    const other = await create(theirs);
    const asOther = await scene.login(theirs.login.a);
    await asOther.execute(
      `CREATE TABLE "${other.name}".t (id int PRIMARY KEY)`,
    );
    await asOther.execute(`INSERT INTO "${other.name}".t (id) VALUES (1)`);
    const client = await scene.login(mine.login.a);
    await client.execute(`CREATE TABLE "${own.name}".t (id int PRIMARY KEY)`);

    for (const statement of [
      `SELECT * FROM "${other.name}".t`,
      `INSERT INTO "${other.name}".t (id) VALUES (2)`,
      `CREATE TABLE "${other.name}".u (id int PRIMARY KEY)`,
      `DROP TABLE "${other.name}".t`,
      'SELECT * FROM system_auth.roles',
      'SELECT * FROM data_resources_meta.facts',
    ]) {
      await expect(client.execute(statement)).rejects.toThrow(
        /has no (SELECT|MODIFY|CREATE|DROP) permission/,
      );
    }
  });

  it('should agree with the administrator on what was made', async () => {
    const grant = scene.portal.grant('writer');
    const { name } = await create(grant);

    const [keyspace] = await cqlAsAdmin(
      'SELECT replication, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = ?',
      [name],
    );
    expect(keyspace.replication).toEqual({
      class: 'org.apache.cassandra.locator.NetworkTopologyStrategy',
      [scene.cluster.description.dataCenter]: '1',
    });
    expect(keyspace.durable_writes).toBe(true);
    const roles = await cqlAsAdmin(
      'SELECT role, is_superuser, can_login, member_of, salted_hash FROM system_auth.roles',
    );
    const made = roles.filter(
      ({ role }) => role.startsWith(name) || role.startsWith(grant.login.base),
    );
    expect(made.map(({ role }) => role).sort()).toEqual(
      [
        grant.login.a,
        grant.login.b,
        `${name}_owner`,
        `${name}_ro`,
        `${name}_rw`,
      ].sort(),
    );
    for (const {
      role,
      is_superuser,
      can_login,
      member_of,
      salted_hash,
    } of made) {
      expect({ role, is_superuser, can_login, salted_hash }).toEqual({
        role,
        is_superuser: false,
        can_login: false,
        salted_hash: null,
      });
      expect(member_of ?? []).toEqual(
        role.startsWith(name) ? [] : [`${name}_rw`],
      );
    }
    const access = await scene.portal.access(name);
    expect(access).toContainEqual({
      login: grant.login.b,
      rights: ['MODIFY', 'SELECT'],
      via: `member of ${name}_rw`,
      givenBy: ['writer'],
    });
    expect(access).toContainEqual({
      login: 'cassandra',
      rights: ['ALL'],
      via: 'superuser',
      internal: true,
    });
    expect(access.map(({ login: role }) => role)).not.toContain(`${name}_ro`);
  });

  it('should show access that others gave, down to one table, and through which roles', async () => {
    const { name } = await create();
    const [foreign, nested, deep, wide, root] = [
      'foreign',
      'nested',
      'deep',
      'wide',
      'root',
    ].map(uniqueName);
    scene.afterwards(() =>
      scene.cluster.cleanUp(name, [foreign, nested, deep, wide, root]),
    );
    for (const role of [foreign, nested, deep, wide]) {
      await scene.cluster.admin(`CREATE ROLE "${role}"`);
    }
    await scene.cluster.admin(`CREATE ROLE "${root}" WITH SUPERUSER = true`);
    await scene.cluster.admin(`CREATE TABLE "${name}".t (id int PRIMARY KEY)`);
    for (const grant of [
      `SELECT ON TABLE "${name}".t TO "${foreign}"`,
      `MODIFY ON KEYSPACE "${name}" TO "${foreign}"`,
      `SELECT ON ALL KEYSPACES TO "${wide}"`,
      `"${foreign}" TO "${nested}"`,
      `"${nested}" TO "${deep}"`,
      `"${wide}" TO "${nested}"`,
      `"${name}_rw" TO "${nested}"`,
      `"${root}" TO "${wide}"`,
    ]) {
      await scene.cluster.admin(`GRANT ${grant}`);
    }
    const onTable = { rights: ['SELECT'], via: 'granted on the table t' };
    const onKeyspace = {
      rights: ['MODIFY'],
      via: `granted on the keyspace ${name}`,
    };
    const onAll = { rights: ['SELECT'], via: 'granted on all keyspaces' };
    const through = (
      chain: string[],
      { rights, via }: { rights: string[]; via: string },
    ) => ({ rights, via: `member of ${chain.join(' → ')}, ${via}` });
    // Whoever is a superuser, by whatever way, belongs to the server.
    const above = { internal: true };
    const seen = [
      { login: foreign, ...onTable },
      { login: foreign, ...onKeyspace },
      { login: nested, ...through([foreign], onTable), ...above },
      { login: nested, ...through([foreign], onKeyspace), ...above },
      { login: nested, ...through([wide], onAll), ...above },
      {
        login: nested,
        rights: ['MODIFY', 'SELECT'],
        via: `member of ${name}_rw`,
        ...above,
      },
      {
        login: nested,
        rights: ['ALL'],
        via: `member of ${wide} → the superuser ${root}`,
        ...above,
      },
      { login: deep, ...through([nested, foreign], onTable), ...above },
      {
        login: deep,
        rights: ['MODIFY', 'SELECT'],
        via: `member of ${nested} → ${name}_rw`,
        ...above,
      },
      { login: deep, ...through([nested, wide], onAll), ...above },
      {
        login: deep,
        rights: ['ALL'],
        via: `member of ${nested} → ${wide} → the superuser ${root}`,
        ...above,
      },
      { login: wide, ...onAll, ...above },
    ];

    const access = async () =>
      (await scene.portal.access(name)).map(
        ({ formerly: _, givenBy: __, ...entry }) => entry,
      );
    expect(await access()).toEqual(expect.arrayContaining(seen));

    // Without the permission to read members at once, they are asked for one by one.
    await scene.cluster.admin(
      `REVOKE SELECT ON TABLE system_auth.role_members FROM "${scene.cluster.provisioner}"`,
    );
    scene.afterwards(() =>
      scene.cluster.admin(
        `GRANT SELECT ON TABLE system_auth.role_members TO "${scene.cluster.provisioner}"`,
      ),
    );
    expect(await access()).toEqual(expect.arrayContaining(seen));
  });

  it('should leave a former owner nothing of the tables that it made', async () => {
    const owner = scene.portal.grant('owner');
    const writer = scene.portal.grant('writer', owner.principal);
    const object = await create(owner, writer);
    const client = await scene.login(owner.login.a);
    await client.execute(
      `CREATE TABLE "${object.name}".t (id int PRIMARY KEY)`,
    );
    const plan = await scene.portal.plan('revoke', object, {
      spec: scene.spec(),
      grants: { remove: [owner], keep: [writer] },
    });
    expect(await scene.portal.execute(object, plan)).toEqual({ state: 'done' });

    await client.execute(`INSERT INTO "${object.name}".t (id) VALUES (1)`);
    await expect(
      client.execute(`DROP TABLE "${object.name}".t`),
    ).rejects.toThrow(/no DROP permission/);
    await expect(
      client.execute(
        `GRANT SELECT ON TABLE "${object.name}".t TO "${owner.login.b}"`,
      ),
    ).rejects.toThrow(/no AUTHORIZE permission/);

    const last = await scene.portal.plan('revoke', object, {
      spec: scene.spec(),
      grants: { remove: [writer] },
    });
    const journal = new MemoryStepJournal();
    journal.loginsInUse.add(writer.login.base);
    expect(await scene.portal.execute(object, last, journal)).toEqual({
      state: 'done',
    });
    await expect(
      client.execute(`SELECT * FROM "${object.name}".t`),
    ).rejects.toThrow(/no SELECT permission/);
  });

  it('should give the connection that a client needs', async () => {
    const grant = scene.portal.grant('writer');
    const { name } = await create(grant);
    expect(scene.portal.provider.connection(name, grant.login)).toEqual({
      engine: 'cassandra',
      contactPoints: scene.cluster.description.contactPoints,
      port: scene.cluster.description.port,
      localDataCenter: scene.cluster.description.dataCenter,
      keyspace: name,
      tls: false,
    });
  });

  it('should take a name whose case matters', async () => {
    const grant = scene.portal.grant('owner');
    const name = uniqueName('MixedCase_Table');
    scene.afterwards(() =>
      scene.cluster.cleanUp(name, [grant.login.a, grant.login.b]),
    );
    const object = await scene.portal.create(name, scene.spec(), grant);
    const client = await scene.login(grant.login.b);
    await client.execute(`CREATE TABLE "${name}".t (id int PRIMARY KEY)`);

    expect(await scene.cluster.fingerprint(name.toLowerCase())).toBeUndefined();
    const plan = await scene.portal.plan('delete', object, {
      grants: { remove: [grant] },
    });
    expect(await scene.portal.execute(object, plan)).toEqual({ state: 'done' });
    expect(await scene.cluster.fingerprint(name)).toBeUndefined();
    expect(
      await scene.cluster.leftovers(name, [grant.login.a, grant.login.b]),
    ).toEqual([]);
  });
});
