import {
  type ObjectRef,
  StepRunner,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { Portal } from './__testUtils__/Portal';
import { TestCluster, uniqueName } from './__testUtils__/TestCluster';

jest.setTimeout(60_000);

describe('keyspaces that are made at once for somebody who is new', () => {
  const names = Array.from({ length: 3 }, () => uniqueName('together'));
  const logins: string[] = [];
  let cluster: TestCluster;
  let portal: Portal;

  beforeAll(async () => {
    cluster = await TestCluster.create();
    portal = new Portal(cluster.instance());
  });
  afterAll(async () => {
    await portal?.instance.close();
    for (const name of names) {
      await cluster?.cleanUp(name, logins);
    }
    await cluster?.close();
  });

  it('should share the logins that one batch makes', async () => {
    const grant = portal.grant('reader');
    logins.push(grant.login.a, grant.login.b);
    const journal = new MemoryStepJournal();
    const items = await Promise.all(
      names.map(async name => {
        const object: ObjectRef = { name };
        const plan = await portal.plan('create', object, {
          spec: {
            replication: { [cluster.description.dataCenter]: 1 },
            durableWrites: true,
          },
          grants: { add: [grant] },
        });
        return journal.item(
          name,
          object,
          plan.steps.map(({ id, ...step }) => ({ key: `${name}:${id}`, step })),
        );
      }),
    );
    const results = await StepRunner.create({
      provider: portal.provider,
      journal,
      context: portal.context(),
    }).run(items);

    expect([...results.values()]).toEqual(names.map(() => ({ state: 'done' })));
    const password = await portal.issue(grant.login.a);
    for (const name of names) {
      expect(await cluster.canRead(name, grant.login.a, password)).toBe(true);
    }
  });
});
