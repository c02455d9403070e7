import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  generatePassword,
  loginSlots,
} from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  ExportInput,
  PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import { exportInput } from '@data-resources/plugin-data-resources-node/testUtils';
import {
  AclOperations,
  AclPermissionTypes,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import { parseAllDocuments } from 'yaml';
import { execute, planFor } from './__testUtils__/execute';
import type { Subject } from './__testUtils__/execute';
import {
  context,
  INSTALLATION_ID,
  TestCluster,
  uniqueName,
} from './__testUtils__/TestCluster';
import { kafkaTopicExports } from './topic/exports';
import type { KafkaTopicSpec } from './topic/KafkaTopicSpec';

jest.setTimeout(120_000);

const run = promisify(execFile);

const spec: KafkaTopicSpec = {
  partitions: 2,
  replicationFactor: 1,
  config: { 'retention.ms': '3600000' },
};

/** What is exported is what stands on the broker, and what real clients log in with. */
describe('exports of a topic', () => {
  const principal = uniqueName('component:default/app');
  const password = generatePassword();
  let cluster: TestCluster;
  let instance: EngineInstance;
  let subject: Subject;
  let grants: PlannedGrant[];
  let folder: string;
  const user = () => grants[0].login.a;

  beforeAll(async () => {
    cluster = new TestCluster();
    // The listener with TLS, whose authority is the cluster's own.
    instance = cluster.instance({
      client: {
        bootstrapServers: [cluster.description.bootstrapTls],
        securityProtocol: 'SASL_SSL',
        caFile: cluster.description.caFile,
      },
    });
    folder = await mkdtemp(path.join(tmpdir(), 'kafka-exports-'));
    subject = { name: uniqueName('exports') };
    grants = ['consumer', 'producer'].map(role => ({
      principal,
      role,
      login: loginSlots({
        principal,
        environment: 'test',
        installationId: INSTALLATION_ID,
      }),
    }));
    const plan = await planFor(instance, subject, 'create', {
      spec,
      add: grants,
    });
    await execute(instance, [{ subject, plan }]);
    await instance.logins.enable({ username: user(), password }, context());
  });

  afterAll(async () => {
    const { a, b } = grants[0].login;
    await cluster?.cleanUp(subject.name, [a, b]);
    await instance?.close();
    await cluster?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const login = () => ({ KAFKA_USERNAME: user(), KAFKA_PASSWORD: password });

  function render(
    id: string,
    changes: Partial<ExportInput<KafkaTopicSpec>> = {},
  ): string {
    const input = {
      ...exportInput({
        instance,
        type: 'kafka-topic',
        name: subject.name,
        spec,
        grants,
      }),
      variables: { username: 'KAFKA_USERNAME', password: 'KAFKA_PASSWORD' },
      ...changes,
    } as ExportInput<KafkaTopicSpec>;
    return kafkaTopicExports.find(format => format.id === id)!.render(input)!
      .text;
  }

  /** One of Kafka's own tools, with a file of properties and the login in its environment. */
  async function javaTool(
    properties: string,
    mainClass: string,
    ...args: string[]
  ): Promise<string> {
    const { java, classPath, bootstrapTls } = cluster.description;
    const file = path.join(folder, `${uniqueName('tool')}.properties`);
    await writeFile(file, properties);
    const { stdout } = await run(
      java,
      [
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-Dlog4j2.level=error',
        '-cp',
        classPath,
        mainClass,
        '--bootstrap-server',
        bootstrapTls,
        '--command-config',
        file,
        ...args,
      ],
      { env: { ...process.env, ...login() } },
    );
    return stdout;
  }

  it("should let Kafka's own tools in with the Java properties and the login in the environment", async () => {
    const properties = render('java');

    expect(properties).not.toContain(password);
    expect(
      (
        await javaTool(
          properties,
          'org.apache.kafka.tools.TopicCommand',
          '--list',
        )
      ).trim(),
    ).toBe(subject.name);
  });

  it('should give Spark and Kafka Connect the settings that Java has', () => {
    const java = new Map(
      render('java')
        .replace(/\\n\\\n/g, '\n')
        .split(/\n(?=[a-z.]+=)/)
        .map(line => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1).trim()] as const;
        }),
    );
    const shared = [
      'bootstrap.servers',
      'security.protocol',
      'sasl.mechanism',
      'sasl.jaas.config',
      'ssl.truststore.type',
      'ssl.truststore.certificates',
    ].map(key => [key, java.get(key)]);
    const spark = [
      ...render('spark').matchAll(/^ {4}("kafka\..+): (".+"),$/gm),
    ];
    const connect = JSON.parse(render('connect'));

    expect(shared.every(([, value]) => value)).toBe(true);
    for (const [key, value] of shared) {
      expect(connect).toMatchObject({
        [`consumer.override.${key}`]: value,
        [`producer.override.${key}`]: value,
      });
      expect(
        spark.map(([, name, text]) => [JSON.parse(name), JSON.parse(text)]),
      ).toContainEqual([`kafka.${key}`, value]);
    }
    expect(connect['consumer.override.group.id']).toBe(
      `${grants[0].login.base}.connect`,
    );
  });

  it('should be a module of Node.js that writes and reads', async () => {
    const text = render('node').replace(
      "'ca.pem'",
      JSON.stringify(cluster.description.caFile),
    );
    const program = `${text}
await producer.send({ messages: [{ topic, value: 'hello' }] });
await producer.close();
const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
for await (const { value } of stream) {
  console.log(value);
  break;
}
await consumer.close(true);
`;
    // The group coordinator's topic is made when it is first needed.
    const { stdout } = await run(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        program.replace('groupId', 'retries: 20, retryDelay: 250, groupId'),
      ],
      { cwd: __dirname, env: { ...process.env, ...login() } },
    );

    expect(text).not.toContain(password);
    expect(stdout.trim()).toBe('hello');
  });

  it('should give librdkafka the same login by its own names', () => {
    const conf = Object.fromEntries(
      render('kcat')
        .split('\n')
        .filter(line => line && !line.startsWith('#'))
        .map(line => line.split(/=(.*)/s).slice(0, 2)),
    );

    expect(conf).toEqual({
      'bootstrap.servers': cluster.description.bootstrapTls,
      'client.id': principal.split('/')[1],
      'security.protocol': 'SASL_SSL',
      'sasl.mechanisms': 'SCRAM-SHA-512',
      'sasl.username': '${KAFKA_USERNAME}',
      'sasl.password': '${KAFKA_PASSWORD}',
      'ssl.ca.location': 'ca.pem',
      'group.id': grants[0].login.base,
    });
  });

  it('should bring the authority that the others name', async () => {
    expect(render('ca').trim()).toBe(
      (await readFile(cluster.description.caFile, 'utf8')).trim(),
    );
  });

  it('should tell Strimzi the topic and exactly the ACLs that a login has on the broker', async () => {
    const [topic, ...users] = parseAllDocuments(render('strimzi')).map(each =>
      each.toJS(),
    );

    expect(topic).toMatchObject({
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaTopic',
      metadata: { name: subject.name },
      spec: { partitions: 2, replicas: 1, config: spec.config },
    });
    expect(users).toHaveLength(1);
    expect(users[0]).toMatchObject({
      apiVersion: 'kafka.strimzi.io/v1',
      kind: 'KafkaUser',
      metadata: { name: grants[0].login.base.replaceAll('_', '-') },
      spec: { authentication: { type: 'scram-sha-512' } },
    });
    const declared = users[0].spec.authorization.acls.flatMap((rule: any) =>
      rule.operations.map((operation: string) =>
        [
          rule.type,
          rule.resource.type,
          rule.resource.patternType,
          rule.resource.name,
          operation,
          rule.host,
        ]
          .join(' ')
          .toLowerCase(),
      ),
    );
    const onBroker = (await cluster.acls())
      .filter(acl => acl.principal === `User:${user()}`)
      .map(acl =>
        [
          nameIn(AclPermissionTypes, acl.permissionType),
          nameIn(ResourceTypes, acl.resourceType).replace('_', ''),
          nameIn(ResourcePatternTypes, acl.resourcePatternType).replace(
            'PREFIXED',
            'prefix',
          ),
          acl.resourceName,
          nameIn(AclOperations, acl.operation),
          acl.host,
        ]
          .join(' ')
          .toLowerCase(),
      );
    expect(declared.sort()).toEqual(onBroker.sort());
    expect(declared.length).toBeGreaterThan(0);
  });

  it('should leave a user the ACLs of its other topics', () => {
    const [, user0] = parseAllDocuments(
      render('strimzi', {
        elsewhere: [
          { type: 'kafka-topic', name: 'other', spec, grant: grants[1] },
        ],
      }),
    ).map(each => each.toJS());

    expect(user0.spec.authorization.acls).toContainEqual({
      type: 'allow',
      resource: { type: 'topic', name: 'other', patternType: 'literal' },
      operations: ['Write', 'Describe'],
      host: '*',
    });
  });

  it('should offer nothing to a producer that it may not do', () => {
    const input = { grants: [grants[1]] };
    const client = { principal, roles: ['producer'], login: grants[1].login };

    for (const id of ['node', 'kafkajs', 'python']) {
      const text = render(id, { ...input, client });
      expect(text.toLowerCase()).toContain('producer');
      expect(text.toLowerCase()).not.toContain('consumer');
    }
    for (const id of ['java', 'kcat', 'connect', 'spark']) {
      expect(render(id, { ...input, client })).not.toMatch(/group|consumer/i);
    }
  });
});

function nameIn(names: { [name: string]: unknown }, value: unknown): string {
  return Object.keys(names).find(name => names[name] === value)!;
}
