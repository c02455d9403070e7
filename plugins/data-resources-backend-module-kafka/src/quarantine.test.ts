import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { PlainClients } from './__testUtils__/PlainClients';
import type { Login } from './__testUtils__/PlainClients';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';

jest.setTimeout(120_000);

const spec = { partitions: 1, replicationFactor: 1, config: {} };
const REFUSED = 'TOPIC_AUTHORIZATION_FAILED';

/** A topic in quarantine as those see it who used it, and those who still may. */
describe('a topic in quarantine', () => {
  let cluster: TestCluster;
  let clients: PlainClients;
  let instance: EngineInstance;
  let subject: Subject;
  let producer: PlannedGrant;
  let consumer: PlannedGrant;
  let prefixed: ReturnType<typeof prefixAcl>;
  let running: ReturnType<PlainClients['openProducer']>;
  let stranger: ReturnType<PlainClients['openProducer']>;

  beforeAll(async () => {
    cluster = new TestCluster();
    clients = new PlainClients(cluster.description.bootstrap);
    instance = cluster.instance();
    subject = { name: uniqueName('quarantine') };
    producer = grantTo('producer');
    consumer = grantTo('consumer');
    const plan = await planFor(instance, subject, 'create', {
      spec,
      add: [producer, consumer],
    });
    await execute(instance, [{ subject, plan }]);
    const foreign = uniqueName('stranger');
    prefixed = prefixAcl(subject.name.slice(0, -2), foreign);
    await cluster.addAcls([prefixed]);
    running = clients.openProducer(await logIn(producer.login.a));
    stranger = clients.openProducer(await logIn(foreign));
  });

  afterAll(async () => {
    await running?.close();
    await stranger?.close();
    await cluster?.removeAcls([prefixed]);
    await cluster?.cleanUp(subject.name, [
      ...[producer, consumer].flatMap(({ login }) => [login.a, login.b]),
      prefixed.principal.replace('User:', ''),
    ]);
    await instance?.close();
    await cluster?.close();
  });

  it('should shut out running clients, and tell who stays', async () => {
    await running.send(subject.name, 'before');
    await stranger.send(subject.name, 'foreign, before');

    const plan = await planFor(instance, subject, 'quarantine', {
      remove: [producer, consumer],
    });
    expect(plan.findings.map(({ policy }) => policy)).toEqual([
      'kafka/foreign-acl',
      'kafka/quarantine-access',
      'kafka/quarantine-retention',
      'kafka/quarantine-offsets',
    ]);
    expect(plan.findings[0].message).toContain(prefixed.principal);
    expect(plan.findings[2].message).toContain(
      "older than 7 days (retention.ms=604800000, the cluster's default)",
    );
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);

    await expect(running.send(subject.name, 'during')).rejects.toThrow(REFUSED);
    await expect(
      clients.consume(
        await logIn(consumer.login.b),
        subject.name,
        consumer.login.base,
      ),
    ).rejects.toThrow(REFUSED);
    await stranger.send(subject.name, 'foreign, during');
    const access = await instance
      .provider('kafka-topic')
      .access([subject], context());
    expect(
      access.get(subject.name)!.filter(({ internal }) => !internal),
    ).toEqual([
      {
        login: prefixed.principal,
        rights: ['WRITE'],
        implied: ['DESCRIBE'],
        via: `prefixed ACL on topic ${prefixed.resourceName}`,
        prefix: prefixed.resourceName,
      },
    ]);
  });

  it('should let the same running clients in again, with the data', async () => {
    const plan = await planFor(instance, subject, 'restore', {
      spec,
      add: [producer, consumer],
    });
    expect(plan.findings).toEqual([]);
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);

    await running.send(subject.name, 'after');
    expect(
      await clients.consume(
        await logIn(consumer.login.a),
        subject.name,
        consumer.login.base,
      ),
    ).toBe('before');
  });

  function grantTo(role: string): PlannedGrant {
    const principal = `component:default/${uniqueName(role)}`;
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: INSTALLATION_ID,
    });
    return { principal, role, login };
  }

  async function logIn(user: string): Promise<Login> {
    const password = generatePassword();
    await instance.logins.enable({ username: user, password }, context());
    return { user, password };
  }
});

function prefixAcl(resourceName: string, user: string) {
  return {
    resourceType: 2,
    resourceName,
    resourcePatternType: 4,
    principal: `User:${user}`,
    host: '*',
    operation: 4,
    permissionType: 3,
  } as const;
}
