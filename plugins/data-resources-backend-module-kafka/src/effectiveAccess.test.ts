import { generatePassword } from '@data-resources/plugin-data-resources-node';
import type {
  EffectiveAccess,
  EngineInstance,
} from '@data-resources/plugin-data-resources-node';
import {
  AclOperations,
  AclPermissionTypes,
  ConfigResourceTypes,
  describeConfigsV4,
  incrementalAlterConfigsV1,
  metadataV12,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import fc from 'fast-check';
import { aclMix, wideMix } from './__testUtils__/aclMixes';
import { OddBroker } from './__testUtils__/OddBroker';
import { answerOf, plainClient } from './__testUtils__/plainClient';
import { context, TestCluster } from './__testUtils__/TestCluster';
import type { Acl } from './client/acls';
import { AclIndex } from './client/AclIndex';
import { decide, TOPIC_OPERATIONS } from './topic/access/decide';
import type { Operation } from './topic/access/decide';

jest.setTimeout(240_000);

const SEED = 20_261_122;
const { TOPIC } = ConfigResourceTypes;
const SET = 0;
const NOT_AUTHORISED = 29;
const HOST = '127.0.0.1';
const ROUNDS = 4;
const TOPICS_PER_ROUND = 40;

/** What a broker lets a login do on topics: of each operation, as far as it can be asked for. */
async function askBroker(
  cluster: TestCluster,
  login: { user: string; password: string },
  topics: readonly string[],
): Promise<Map<string, Map<Operation, boolean>>> {
  const client = plainClient(cluster.description, login);
  const resources = topics.map(resourceName => ({
    resourceType: TOPIC,
    resourceName,
  }));
  try {
    const { host, port } = cluster.description;
    const connection = await client.connections.getFirstAvailable([
      { host, port },
    ]);
    const answers = new Map(
      topics.map(name => [name, new Map<Operation, boolean>()]),
    );
    const metadata = await answerOf(
      metadataV12.api.async(connection, [...topics], false, true),
    );
    for (const {
      name,
      errorCode,
      topicAuthorizedOperations,
    } of metadata.topics) {
      const answer = answers.get(name!)!;
      answer.set('DESCRIBE', errorCode !== NOT_AUTHORISED);
      if (errorCode !== NOT_AUTHORISED) {
        for (const operation of TOPIC_OPERATIONS) {
          const bit = 2 ** AclOperations[operation];
          answer.set(
            operation,
            Math.floor(topicAuthorizedOperations / bit) % 2 === 1,
          );
        }
      }
    }
    // These two are answered about topics as well that may not be described.
    const configs = await answerOf(
      describeConfigsV4.api.async(
        connection,
        resources.map(each => ({ ...each, configurationKeys: [] })),
      ),
    );
    for (const { resourceName, errorCode } of configs.results) {
      answers
        .get(resourceName)!
        .set('DESCRIBE_CONFIGS', errorCode !== NOT_AUTHORISED);
    }
    const altered = await answerOf(
      incrementalAlterConfigsV1.api.async(
        connection,
        resources.map(each => ({
          ...each,
          configs: [
            { name: 'retention.ms', configOperation: SET, value: '1000' },
          ],
        })),
        true,
      ),
    );
    for (const { resourceName, errorCode } of altered.responses) {
      answers
        .get(resourceName)!
        .set('ALTER_CONFIGS', errorCode !== NOT_AUTHORISED);
    }
    return answers;
  } finally {
    await client.close();
  }
}

function toWire(acl: Acl) {
  return {
    resourceType: ResourceTypes[acl.resourceType],
    resourceName: acl.resourceName,
    resourcePatternType: ResourcePatternTypes[acl.patternType],
    principal: acl.principal,
    host: acl.host,
    operation: AclOperations[acl.operation],
    permissionType: AclPermissionTypes[acl.permission],
  };
}

/** On brokers of this test's own, for its ACLs are about every topic and everybody. */
describe.each([false, true])(
  'access where allow.everyone.if.no.acl.found is %s',
  everyoneAllowed => {
    let broker: OddBroker;
    let cluster: TestCluster;
    let instance: EngineInstance;

    beforeAll(async () => {
      broker = await OddBroker.start({
        'allow.everyone.if.no.acl.found': String(everyoneAllowed),
      });
      cluster = new TestCluster(broker.describe());
      instance = cluster.instance();
    });

    afterAll(async () => {
      await instance?.close();
      await cluster?.close();
      await broker?.stop();
    });

    async function makeLogin(user: string) {
      const password = generatePassword();
      await instance.logins.enable({ username: user, password }, context());
      return { user, password };
    }

    async function accessOf(name: string): Promise<EffectiveAccess[]> {
      const found = await instance
        .provider('kafka-topic')
        .access([{ name, inFull: true }], context());
      return found.get(name)!.filter(({ internal }) => !internal);
    }

    it('should be what the broker itself allows, whatever ACLs there are', async () => {
      const disagreements: string[] = [];
      const verdicts = { allowed: 0, refused: 0 };
      for (let round = 0; round < ROUNDS; round += 1) {
        const login = await makeLogin(`asking-${round}`);
        const principal = `User:${login.user}`;
        const topics = Array.from(
          { length: TOPICS_PER_ROUND },
          (_, index) => `mix-${round}-${String(index).padStart(3, '0')}.`,
        );
        await cluster.createTopics(topics);
        const sample = <T>(of: fc.Arbitrary<T>, salt: number): T =>
          fc.sample(of, { seed: SEED + 1_000 * round + salt, numRuns: 1 })[0];
        const acls = [
          // In the first rounds there is none, so that topics without any ACL come up.
          ...(round < 2 ? [] : sample(wideMix({ principal, host: HOST }), 999)),
          ...topics.flatMap((topic, salt) =>
            sample(aclMix({ topic, principal, host: HOST }), salt),
          ),
        ];
        await cluster.addAcls(acls.map(toWire));
        const index = new AclIndex(acls);

        const answers = await askBroker(cluster, login, topics);

        for (const topic of topics) {
          for (const [operation, told] of answers.get(topic)!) {
            const { allowed } = decide(
              index.covering(topic),
              { principal, host: HOST, operation },
              { everyoneAllowed },
            );
            verdicts[told ? 'allowed' : 'refused'] += 1;
            if (allowed !== told) {
              disagreements.push(
                `${topic} ${operation}: the broker says ${told}, we say ${allowed} of ${JSON.stringify(
                  index.covering(topic),
                )}`,
              );
            }
          }
        }
        await cluster.removeAcls(acls.map(toWire));
      }

      expect(disagreements).toEqual([]);
      expect(verdicts.allowed).toBeGreaterThan(100);
      expect(verdicts.refused).toBeGreaterThan(100);
    });

    it('should tell of a topic without ACLs who reaches it', async () => {
      await cluster.createTopics(['bare']);

      expect(await accessOf('bare')).toEqual(
        everyoneAllowed
          ? [
              {
                login: 'User:*',
                rights: ['ALL'],
                via: 'allow.everyone.if.no.acl.found=true of the brokers, for no ACL covers the topic',
              },
            ]
          : [],
      );
    });

    it('should tell what comes along with a right, what a DENY leaves of it, and in which groups one may read', async () => {
      await cluster.createTopics(['orders']);
      const onTopic = (principal: string, changes: Partial<Acl>): Acl => ({
        resourceType: 'TOPIC',
        resourceName: 'orders',
        patternType: 'LITERAL',
        principal,
        host: '*',
        operation: 'READ',
        permission: 'ALLOW',
        ...changes,
      });
      const onGroup = (principal: string, changes: Partial<Acl>): Acl =>
        onTopic(principal, { resourceType: 'GROUP', ...changes });
      const acls = [
        onTopic('User:reader', {}),
        onTopic('User:tuner', { operation: 'ALTER_CONFIGS' }),
        onTopic('User:half', {}),
        onTopic('User:half', { permission: 'DENY' }),
        onTopic('User:none', {}),
        onTopic('User:none', { permission: 'DENY', operation: 'ALL' }),
        onGroup('User:reader', { resourceName: 'orders-app' }),
        onGroup('User:reader', {
          resourceName: 'orders-app.',
          patternType: 'PREFIXED',
        }),
        onGroup('User:reader', { resourceName: 'orders-app.old' }),
        onGroup('User:reader', {
          resourceName: 'orders-app.old',
          permission: 'DENY',
        }),
        onGroup('User:tuner', { resourceName: 'tuning' }),
      ];
      await cluster.addAcls(acls.map(toWire));
      const via = 'literal ACL on topic orders';

      const access = await accessOf('orders');

      expect(access).toEqual(
        expect.arrayContaining([
          {
            login: 'User:reader',
            rights: ['READ'],
            implied: ['DESCRIBE'],
            via,
            groups: ['orders-app', 'orders-app.…'],
          },
          {
            login: 'User:tuner',
            rights: ['ALTER_CONFIGS'],
            implied: ['DESCRIBE_CONFIGS'],
            via,
          },
          {
            login: 'User:half',
            rights: [],
            implied: ['DESCRIBE'],
            via: `${via} for READ, of which DESCRIBE is left: "DENY User:half READ on TOPIC orders (LITERAL)" comes before every ALLOW`,
          },
          {
            login: 'User:half',
            rights: ['DENY READ'],
            via: `${via}; it comes before every ALLOW`,
          },
          {
            login: 'User:none',
            rights: [],
            via: `${via} for READ, without effect: "DENY User:none ALL on TOPIC orders (LITERAL)" comes before every ALLOW`,
          },
        ]),
      );
      expect(access).toHaveLength(6);
      await cluster.removeAcls(acls.map(toWire));
    });
  },
);
