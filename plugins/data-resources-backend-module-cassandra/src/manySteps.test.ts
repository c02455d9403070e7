import {
  type ObjectRef,
  type StepCall,
  StepRunner,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { Client } from 'cassandra-driver';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';
import type { KeyspaceFacts } from './keyspace/observation';

jest.setTimeout(120_000);

/** Their group roles are as many as make it worth while to read a table. */
const COUNT = 5;

describe.each([
  ['that may read the tables of roles', true],
  ['that may only list roles', false],
])('keyspaces that are made at once by a role %s', (_what, mayRead) => {
  const names = Array.from({ length: COUNT }, () => uniqueName('many'));
  const logins: string[] = [];
  let cluster: TestCluster;
  let portal: Portal;

  beforeAll(async () => {
    cluster = await TestCluster.create();
    for (const table of mayRead ? [] : ['role_members', 'role_permissions']) {
      await cluster.admin(
        `REVOKE SELECT ON TABLE system_auth.${table} FROM "${cluster.provisioner}"`,
      );
    }
    portal = new Portal(cluster.instance());
  });
  afterAll(async () => {
    await portal?.instance.close();
    for (const name of names) {
      await cluster?.cleanUp(name, logins);
    }
    await cluster?.close();
  });

  it('should be there, and be told as they are', async () => {
    const grant = portal.grant('writer');
    logins.push(grant.login.a, grant.login.b);
    const spec = {
      replication: { [cluster.description.dataCenter]: 1 },
      durableWrites: true,
    };
    const journal = new MemoryStepJournal();
    const steps: StepCall[] = [];
    const objects: ObjectRef[] = [];
    const items = await Promise.all(
      names.map(async name => {
        const plan = await portal.plan(
          'create',
          { name },
          { spec, grants: { add: [grant] } },
        );
        const runnable = plan.steps.map(({ id, ...step }) => ({
          key: `${name}:${id}`,
          step,
        }));
        return { name, runnable, item: journal.item(name, { name }, runnable) };
      }),
    );
    const results = await StepRunner.create({
      provider: portal.provider,
      journal,
      context: portal.context(),
    }).run(items.map(({ item }) => item));
    expect([...results.values()]).toEqual(names.map(() => ({ state: 'done' })));
    for (const { name, runnable } of items) {
      const object = { name, identity: journal.identity(runnable) };
      objects.push(object);
      steps.push(
        ...runnable.map(({ key, step }) => ({ key, object, ...step })),
      );
    }

    const sent = jest.spyOn(Client.prototype, 'execute');
    try {
      for (const kind of new Set(steps.map(step => step.kind))) {
        const ofKind = steps.filter(step => step.kind === kind);
        const checks = await portal.provider.check(ofKind, portal.context());
        expect([...checks.values()].map(({ state }) => state)).toEqual(
          ofKind.map(() => 'satisfied'),
        );
      }
      const observed = await portal.provider.observe(objects, portal.context());
      for (const { name } of objects) {
        expect(observed.get(name)).toMatchObject({
          exists: true,
          ours: true,
          spec,
          facts: {
            rightsHeld: true,
            groupRoles: ['ro', 'rw', 'owner'].map(part => ({
              name: `${name}_${part}`,
              made: true,
            })),
          },
        });
      }
      // What each of so many roles holds is one question, where that may be asked.
      const listed = sent.mock.calls.filter(([cql]) =>
        cql.startsWith('LIST ALL PERMISSIONS OF '),
      );
      expect(listed.length).toBe(mayRead ? 0 : 3 * COUNT);
    } finally {
      sent.mockRestore();
    }

    const [, , third] = names;
    for (const statement of [
      `CREATE TABLE "${third}".t (id int PRIMARY KEY)`,
      `GRANT MODIFY ON TABLE "${third}".t TO "${third}_ro"`,
      `GRANT SELECT ON ALL KEYSPACES TO "${third}_ro"`,
    ]) {
      await cluster.admin(statement);
    }
    const compared = await portal.provider.observe(
      objects.map(object => ({ ...object, desired: spec })),
      portal.context(),
    );
    const { groups } = compared.get(third)!.facts as KeyspaceFacts;
    expect(groups![0].held).toEqual([
      { resource: '<all keyspaces>', permissions: ['SELECT'] },
      { resource: `<keyspace ${third}>`, permissions: ['SELECT'] },
      { resource: `<table ${third}.t>`, permissions: ['MODIFY'] },
    ]);
    await cluster.admin(
      `REVOKE MODIFY ON KEYSPACE "${names[0]}" FROM "${names[0]}_rw"`,
    );
    await cluster.admin(`DROP ROLE "${names[1]}_ro"`);
    const after = async (kind: string) =>
      Object.fromEntries(
        await portal.provider.check(
          steps.filter(step => step.kind === kind),
          portal.context(),
        ),
      );
    expect(await after('grant-permissions')).toMatchObject({
      [`${names[0]}:grant-permissions`]: {
        state: 'pending',
        evidence: { missing: [`${names[0]}_rw: MODIFY`] },
      },
      [`${names[2]}:grant-permissions`]: { state: 'satisfied' },
    });
    expect(await after('create-group-roles')).toMatchObject({
      [`${names[1]}:create-group-roles`]: {
        state: 'pending',
        evidence: { existing: [`${names[1]}_rw`, `${names[1]}_owner`] },
      },
      [`${names[2]}:create-group-roles`]: { state: 'satisfied' },
    });
  });
});
