import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { kafkaAcls } from '@data-resources/test-engines';
import { findErrorBy } from '@platformatic/kafka';
import fc from 'fast-check';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import { deeds, Ledger } from './__testUtils__/grantHistories';
import { plainClient } from './__testUtils__/plainClient';
import { PlainClients } from './__testUtils__/PlainClients';
import type { Login } from './__testUtils__/PlainClients';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';
import { loginAcls, topicAcls } from './topic/roleAcls';
import { describeAcl } from './client/acls';

jest.setTimeout(180_000);

const spec = { partitions: 1, replicationFactor: 1, config: {} };
const TOPIC = 2;
const SET = 0;

describe('roles on a topic', () => {
  let cluster: TestCluster;
  let clients: PlainClients;
  let instance: EngineInstance;
  const made: { name: string; logins: string[] }[] = [];

  beforeAll(() => {
    cluster = new TestCluster();
    clients = new PlainClients(cluster.description.bootstrap);
    instance = cluster.instance();
  });

  afterAll(async () => {
    for (const { name, logins } of made) {
      await cluster.cleanUp(name, logins);
    }
    await instance?.close();
    await cluster?.close();
  });

  describe('of an administrator', () => {
    let subject: Subject;
    let foreign: string;
    let admin: PlannedGrant;
    let login: Login;

    beforeAll(async () => {
      admin = grantTo(uniqueName('admin'), 'admin');
      subject = await createTopic(admin);
      foreign = (await createTopic()).name;
      login = { user: admin.login.a, password: generatePassword() };
      await instance.logins.enable(
        { username: login.user, password: login.password },
        context(),
      );
    });

    it('should be given as ACLs that Kafka’s own tool lists', async () => {
      const listed = await kafkaAcls(['--list', '--topic', subject.name]);
      const operationsOf = (user: string) =>
        listed
          .split('\n')
          .filter(line => line.includes(`principal=User:${user},`))
          .map(line => /operation=(\w+), permissionType=ALLOW/.exec(line)?.[1])
          .sort();

      for (const user of [admin.login.a, admin.login.b]) {
        expect(operationsOf(user)).toEqual([
          'ALTER_CONFIGS',
          'DESCRIBE',
          'DESCRIBE_CONFIGS',
          'READ',
          'WRITE',
        ]);
      }
    });

    it('should write, read in groups of its own and change the settings', async () => {
      await clients.produce(login, subject.name, 'hello');
      expect(
        await clients.consume(login, subject.name, `${admin.login.base}.x`),
      ).toBe('hello');
      await changeRetention(subject.name);

      expect((await cluster.topic(subject.name))?.config).toEqual({
        'retention.ms': '60000',
      });
    });

    it('should have what it changed past the portal seen as drift', async () => {
      await changeRetention(subject.name);
      const { changes } = await planFor(instance, subject, 'update', {
        spec: { ...spec, config: { 'retention.ms': '120000' } },
        current: { ...spec, config: { 'retention.ms': '120000' } },
      });

      expect(changes).toMatchObject([
        { path: 'config.retention.ms', from: '60000', to: '120000' },
      ]);
    });

    it('should neither delete the topic or records, nor add partitions, nor reach another', async () => {
      const before = await cluster.topic(subject.name);
      const client = plainClient(cluster.description, login);
      const tries = [
        () => client.deleteTopics({ topics: [subject.name] }),
        () =>
          client.deleteRecords({
            topics: [
              {
                name: subject.name,
                partitions: [{ partition: 0, offset: 1n }],
              },
            ],
          }),
        () =>
          client.createPartitions({
            topics: [{ name: subject.name, count: 2, assignments: [] }],
          }),
        () => changeRetention(foreign),
      ];
      try {
        for (const attempt of tries) {
          const refused = await attempt().then(
            () => undefined,
            error => error,
          );
          expect(
            findErrorBy(refused, 'apiId', 'TOPIC_AUTHORIZATION_FAILED'),
          ).toBeTruthy();
        }
      } finally {
        await client.close();
      }
      expect(await cluster.topic(subject.name)).toEqual(before);
    });

    async function changeRetention(name: string): Promise<void> {
      const client = plainClient(cluster.description, login);
      try {
        await client.incrementalAlterConfigs({
          resources: [
            {
              resourceType: TOPIC,
              resourceName: name,
              configs: [
                { name: 'retention.ms', configOperation: SET, value: '60000' },
              ],
            },
          ],
        });
      } finally {
        await client.close();
      }
    }
  });

  it('should leave on the broker what the grants that are left give, whatever was granted and revoked', async () => {
    await fc.assert(
      fc.asyncProperty(deeds(8), async history => {
        const apps = [0, 1].map(() => uniqueName('app'));
        const ledger = new Ledger((principal, role) =>
          grantTo(apps[principal], role),
        );
        const logins = ledger.logins().flatMap(({ login: { a, b } }) => [a, b]);
        const subjects = [await createTopic(), await createTopic()];
        made.push({ name: subjects[0].name, logins });

        for (const deed of history) {
          const { topic, action, ...grants } = ledger.take(deed);
          const plan = await planFor(instance, subjects[topic], action, grants);
          const journal = new MemoryStepJournal();
          for (const { login } of ledger.logins()) {
            journal.rolesInUse.set(login.base, ledger.rolesOf(login.base));
          }
          expect(
            await execute(
              instance,
              [{ subject: subjects[topic], plan }],
              journal,
            ),
          ).toEqual([{ state: 'done' }]);
          if (action === 'delete') {
            subjects[topic] = await createTopic();
          }
        }

        const left = subjects.flatMap(({ name }, topic) =>
          ledger.on(topic).flatMap(grant => topicAcls(name, grant)),
        );
        const ofLogins = ledger
          .logins()
          .flatMap(({ login, roles }) => loginAcls(login, roles));
        expect((await aclsOf(logins)).sort()).toEqual(
          [...new Set([...left, ...ofLogins].map(describeAcl))].sort(),
        );
      }),
      { numRuns: 3 },
    );
  });

  function grantTo(name: string, role: string): PlannedGrant {
    const principal = `component:default/${name}`;
    const login = loginSlots({
      principal,
      environment: 'test',
      installationId: INSTALLATION_ID,
    });
    return { principal, role, login };
  }

  /** What Kafka's own tool lists of these users. */
  async function aclsOf(logins: readonly string[]): Promise<string[]> {
    const listed = await kafkaAcls([
      '--list',
      ...logins.flatMap(login => ['--principal', `User:${login}`]),
    ]);
    let resource = '';
    return listed.split('\n').flatMap(line => {
      resource =
        /ResourcePattern\(resourceType=(\w+), name=(\S+), patternType=(\w+)\)/
          .exec(line)
          ?.slice(1)
          .join(' ') ?? resource;
      const [type, name, pattern] = resource.split(' ');
      const [, principal, operation, permission] =
        /principal=([^,]+), host=\*, operation=(\w+), permissionType=(\w+)/.exec(
          line,
        ) ?? [];
      return principal
        ? [
            `${permission} ${principal} ${operation} on ${type} ${name} (${pattern})`,
          ]
        : [];
    });
  }

  async function createTopic(...add: PlannedGrant[]): Promise<Subject> {
    const subject: Subject = { name: uniqueName('roles') };
    made.push({
      name: subject.name,
      logins: add.flatMap(({ login: { a, b } }) => [a, b]),
    });
    const plan = await planFor(instance, subject, 'create', { spec, add });
    expect(await execute(instance, [{ subject, plan }])).toEqual([
      { state: 'done' },
    ]);
    return subject;
  }
});
