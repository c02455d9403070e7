import {
  type ObjectRef,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import { KeyspaceScene } from './__testUtils__/KeyspaceScene';
import { uniqueName } from './__testUtils__/TestCluster';
import type { KeyspaceSpec } from './keyspace/keyspaceSpec';

jest.setTimeout(120_000);

/** What somebody does to the roles that the portal made, on the real server. */
describe('the group roles of a keyspace', () => {
  const scene = KeyspaceScene.forEachTest();
  const admin = (cql: string) => scene.cluster.admin(cql);

  async function createRole(role: string, options = '') {
    await admin(`CREATE ROLE "${role}" ${options}`);
    scene.afterwards(() => admin(`DROP ROLE IF EXISTS "${role}"`));
  }

  /** What a drift pass compares with the spec, and what an update would do. */
  async function look(object: ObjectRef, spec: KeyspaceSpec) {
    const { portal } = scene;
    const [observed, instance] = await Promise.all([
      portal.provider.observe([{ ...object, declared: spec }], {
        ...portal.context(),
        reads: new SharedReads(),
      }),
      portal.instance.probe(portal.context()),
    ]);
    const seen = portal.provider.plan({
      action: 'update',
      object,
      desired: spec,
      current: spec,
      grants: { add: [], remove: [], keep: [] },
      observed: observed.get(object.name)!,
      instance,
    });
    const plan = await portal.plan('update', object, { spec });
    // One who looks at many at once sees the same.
    expect(seen).toEqual(plan);
    return plan;
  }

  it('should get back what they are for, and lose what they are not', async () => {
    const spec = {
      ...scene.spec(),
      schema: 'CREATE TABLE t (id int PRIMARY KEY)',
    };
    const [reader, writer] = ['reader', 'writer'].map(role =>
      scene.portal.grant(role),
    );
    const object = await scene.create('groups', spec, reader, writer);
    const { name } = object;
    const guest = uniqueName('guest');
    await createRole(guest);
    expect(await look(object, spec)).toMatchObject({ changes: [], steps: [] });

    for (const statement of [
      `GRANT MODIFY ON KEYSPACE "${name}" TO "${name}_ro"`,
      `GRANT ALTER ON TABLE "${name}".t TO "${name}_ro"`,
      `CREATE FUNCTION "${name}".twice(v int) RETURNS NULL ON NULL INPUT RETURNS int LANGUAGE java AS 'return v * 2;'`,
      `GRANT EXECUTE ON FUNCTION "${name}".twice(int) TO "${name}_ro"`,
      `GRANT EXECUTE ON ALL FUNCTIONS IN KEYSPACE "${name}" TO "${name}_rw"`,
      `ALTER ROLE "${name}_ro" WITH LOGIN = true AND PASSWORD = 'open'`,
      `REVOKE SELECT ON KEYSPACE "${name}" FROM "${name}_rw"`,
      `DROP ROLE "${name}_owner"`,
      `GRANT SELECT ON KEYSPACE "${name}" TO "${guest}"`,
    ]) {
      await admin(statement);
    }
    const plan = await look(object, spec);
    expect(plan.changes).toEqual([
      {
        path: `access.${name}_ro.login`,
        from: true,
        to: false,
        kind: 'in-place',
      },
      {
        path: `access.${name}_ro.permissions`,
        from: 'EXECUTE on the function twice(int); MODIFY, SELECT on the keyspace; ALTER on the table t',
        to: 'SELECT on the keyspace',
        kind: 'in-place',
      },
      {
        path: `access.${name}_rw.permissions`,
        from: 'EXECUTE on all its functions; MODIFY on the keyspace',
        to: 'MODIFY, SELECT on the keyspace',
        kind: 'in-place',
      },
      {
        path: `access.${name}_owner`,
        to: 'ALTER, CREATE, DROP, MODIFY, SELECT on all its tables',
        kind: 'in-place',
      },
    ]);
    expect(plan.steps.map(({ call }) => call)).toEqual([
      [
        `REVOKE EXECUTE ON FUNCTION "${name}"."twice"(int) FROM "${name}_ro";`,
        `REVOKE MODIFY ON KEYSPACE "${name}" FROM "${name}_ro";`,
        `REVOKE ALTER ON TABLE "${name}"."t" FROM "${name}_ro";`,
        `REVOKE EXECUTE ON ALL FUNCTIONS IN KEYSPACE "${name}" FROM "${name}_rw";`,
      ].join('\n'),
      `ALTER ROLE "${name}_ro" WITH LOGIN = false;`,
      `CREATE ROLE "${name}_owner" WITH SUPERUSER = false AND LOGIN = false;`,
      `GRANT SELECT, MODIFY ON KEYSPACE "${name}" TO "${name}_rw";\nGRANT SELECT, MODIFY, CREATE, ALTER, DROP ON ALL TABLES IN KEYSPACE "${name}" TO "${name}_owner";`,
    ]);
    const [reads, writes] = await Promise.all(
      [reader, writer].map(({ login }) => scene.login(login.a)),
    );
    const insert = `INSERT INTO "${name}".t (id) VALUES (1)`;
    const select = `SELECT id FROM "${name}".t`;
    const doubled = `SELECT "${name}".twice(id) FROM "${name}".t`;
    await reads.execute(insert);
    await reads.execute(doubled);
    await expect(writes.execute(select)).rejects.toThrow(/no SELECT/);
    expect(await scene.cluster.canLogin(`${name}_ro`, 'open')).toBe(true);

    expect(await scene.portal.execute(object, plan)).toEqual({ state: 'done' });
    expect(await look(object, spec)).toMatchObject({ changes: [], steps: [] });
    await expect(reads.execute(insert)).rejects.toThrow(/no MODIFY/);
    await reads.execute(select);
    await expect(reads.execute(doubled)).rejects.toThrow(/no EXECUTE/);
    await writes.execute(select);
    expect(await scene.cluster.canLogin(`${name}_ro`, 'open')).toBe(false);
    expect(await admin(`LIST ALL PERMISSIONS OF "${guest}"`)).toHaveLength(1);
  });

  it('should be told of where only an administrator can change them, with what to run', async () => {
    const spec = scene.spec();
    const writer = scene.portal.grant('writer');
    const object = await scene.create('groups', spec, writer);
    const { name } = object;
    const [dba, team] = [uniqueName('dba'), uniqueName('team')];
    await createRole(dba, 'WITH SUPERUSER = true');
    await createRole(team);
    for (const statement of [
      `GRANT "${dba}" TO "${team}"`,
      `GRANT "${team}" TO "${name}_rw"`,
      `ALTER ROLE "${name}_ro" WITH SUPERUSER = true`,
      `GRANT SELECT ON ALL KEYSPACES TO "${name}_owner"`,
      `GRANT SELECT ON KEYSPACE system_views TO "${name}_owner"`,
      `GRANT ALTER ON ROLE "${team}" TO "${name}_owner"`,
      `GRANT DESCRIBE ON ALL ROLES TO "${name}_owner"`,
      `GRANT EXECUTE ON ALL FUNCTIONS TO "${name}_owner"`,
      // As of a keyspace that was adopted.
      `GRANT EXECUTE ON ALL FUNCTIONS IN KEYSPACE "${name}" TO "${name}_owner"`,
      `REVOKE AUTHORIZE ON ALL FUNCTIONS IN KEYSPACE "${name}" FROM "${scene.cluster.provisioner}"`,
    ]) {
      await admin(statement);
    }
    const plan = await look(object, spec);
    expect(plan.changes.map(({ path }) => path)).toEqual([
      `access.${name}_ro.superuser`,
      `access.${name}_rw.superuser`,
      `access.${name}_owner.permissions`,
    ]);
    expect(plan.steps).toEqual([]);
    expect(plan.findings).toHaveLength(8);
    for (const { effect, message } of plan.findings) {
      expect(effect).toBe('deny');
      const [, statement] = /by: ([^;]*)/.exec(message)!;
      await admin(statement.replace(dba, team));
    }
    expect(await look(object, spec)).toMatchObject({
      changes: [],
      findings: [],
    });
  });

  it('should not let a login be handed out that is a superuser by whatever way', async () => {
    const writer = scene.portal.grant('writer');
    const { a } = writer.login;
    const object = await scene.create('groups', scene.spec(), writer);
    const [dba, team] = [uniqueName('dba'), uniqueName('team')];
    await createRole(dba, 'WITH SUPERUSER = true');
    await createRole(team);
    await admin(`GRANT "${dba}" TO "${team}"`);
    await admin(`GRANT "${team}" TO "${a}"`);

    await expect(scene.portal.issue(a)).rejects.toMatchObject({
      reason: 'Conflict',
      message: expect.stringContaining(`REVOKE "${dba}" FROM "${a}"`),
    });
    const check = async () => {
      const { steps } = await scene.portal.plan('grant', object, {
        grants: { add: [writer] },
      });
      const [{ kind, args }] = steps;
      const found = await scene.portal.provider.check(
        [{ key: 'logins', object, kind, args }],
        { ...scene.portal.context(), reads: new SharedReads() },
      );
      return found.get('logins');
    };
    expect(await check()).toMatchObject({
      state: 'pending',
      changes: [{ path: `access.${a}.superuser`, from: true, to: false }],
    });
    await admin(`REVOKE "${team}" FROM "${a}"`);
    expect(await check()).toMatchObject({ state: 'satisfied' });
    await scene.portal.issue(a);
  });
});
