import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigReader } from '@backstage/config';
import { mockServices } from '@backstage/backend-test-utils';
import type { EngineInstance } from '@data-resources/plugin-data-resources-node';
import { testEngine } from '@data-resources/test-engines';
import type { KafkaDescription } from '@data-resources/test-engines';
import {
  alterUserScramCredentialsV0,
  describeConfigsV4,
  describeUserScramCredentialsV0,
  metadataV12,
} from '@platformatic/kafka';
import type { Acl } from '@platformatic/kafka';
import { kafkaEngine } from '../kafkaEngine';
import { answerOf, isRefusal, plainClient, writeRecords } from './plainClient';

/** Part of the login names that tests make. */
export const INSTALLATION_ID = 'kafka-module-tests';

const SCRAM_SHA_512 = 2;
const ANY = 1;
const TOPIC = 2;
const LITERAL = 3;
const UNKNOWN_TOPIC = 3;
const DYNAMIC_TOPIC_CONFIG = 1;
const [SET, DELETE] = [0, 1] as const;
const [LATEST, EARLIEST] = [-1n, -2n];

/** The real broker, seen and set up without the product's code. */
export class TestCluster {
  readonly description: KafkaDescription;
  readonly #admin: ReturnType<typeof plainClient>;

  constructor(description: KafkaDescription = testEngine('kafka-dev')) {
    this.description = description;
    this.#admin = plainClient(description, description.admin);
  }

  /** The product's view: an instance that logs in as the provisioner. */
  instance(
    overrides: {
      admin?: { [key: string]: unknown };
      client?: { [key: string]: unknown };
      limits?: { [key: string]: unknown };
    } = {},
  ): EngineInstance {
    const { bootstrap, provisioner } = this.description;
    return kafkaEngine.createInstance({
      name: 'kafka-test',
      environment: 'test',
      installationId: INSTALLATION_ID,
      logger: mockServices.logger.mock(),
      config: new ConfigReader({
        admin: {
          bootstrapServers: bootstrap,
          securityProtocol: 'SASL_PLAINTEXT',
          ...(String(overrides.admin?.securityProtocol ?? 'SASL_').startsWith(
            'SASL_',
          )
            ? { username: provisioner.user, password: provisioner.password }
            : {}),
          ...overrides.admin,
        },
        client: {
          bootstrapServers: bootstrap,
          securityProtocol: 'SASL_PLAINTEXT',
          ...overrides.client,
        },
        limits: { ...overrides.limits },
      } as never),
    });
  }

  async createTopics(names: string[]): Promise<void> {
    await this.#admin.createTopics({
      topics: names,
      partitions: 1,
      replicas: 1,
    });
    await settled(
      async () => (await this.topic(names[names.length - 1]))?.ready === true,
    );
  }

  async createTopic(
    name: string,
    options: {
      partitions?: number;
      replicas?: number;
      config?: { [key: string]: string };
    } = {},
  ): Promise<void> {
    await this.#admin.createTopics({
      topics: [name],
      partitions: options.partitions ?? 1,
      replicas: options.replicas ?? 1,
      configs: Object.entries(options.config ?? {}).map(([key, value]) => ({
        name: key,
        value,
      })),
    });
    await settled(async () => (await this.topic(name))?.ready === true);
  }

  /** Sets settings of a topic itself, and resets those without a value. */
  async alterTopic(
    name: string,
    config: { [key: string]: string | undefined },
  ): Promise<void> {
    await this.#admin.incrementalAlterConfigs({
      resources: [
        {
          resourceType: TOPIC,
          resourceName: name,
          configs: Object.entries(config).map(([key, value]) =>
            value === undefined
              ? { name: key, configOperation: DELETE }
              : { name: key, configOperation: SET, value },
          ),
        },
      ],
    });
    await settled(async () => {
      const now = (await this.topic(name))?.config ?? {};
      return Object.entries(config).every(([key, value]) => now[key] === value);
    });
  }

  async deleteTopic(name: string): Promise<void> {
    await this.#admin.deleteTopics({ topics: [name] });
    await settled(async () => (await this.topic(name)) === undefined);
  }

  async deleteTopics(names: string[]): Promise<void> {
    await this.#admin.deleteTopics({ topics: names });
  }

  /** The topic's id, size and own settings. */
  async topic(name: string) {
    const connection = await this.#connection();
    const {
      topics: [topic],
    } = await answerOf(metadataV12.api.async(connection, [name], false, false));
    if (topic.errorCode === UNKNOWN_TOPIC) {
      return undefined;
    }
    const {
      results: [{ errorCode, configs }],
    } = await answerOf(
      describeConfigsV4.api.async(connection, [
        { resourceType: TOPIC, resourceName: name, configurationKeys: null },
      ]),
    );
    if (errorCode === UNKNOWN_TOPIC) {
      // Deleted between the two questions.
      return undefined;
    }
    if (errorCode !== 0) {
      throw new Error(`The settings of ${name} cannot be read: ${errorCode}`);
    }
    return {
      id: topic.topicId,
      partitions: topic.partitions.length,
      ready:
        topic.partitions.length > 0 &&
        topic.partitions.every(({ leaderId }) => leaderId >= 0),
      config: Object.fromEntries(
        configs
          .filter(({ configSource }) => configSource === DYNAMIC_TOPIC_CONFIG)
          .map(({ name: key, value }) => [key, value]),
      ),
    };
  }

  async addAcls(acls: Acl[]): Promise<void> {
    await this.#admin.createAcls({ creations: acls });
    await settled(async () => {
      const all = await this.acls();
      return acls.every(acl => all.some(other => sameAcl(acl, other)));
    });
  }

  async removeAcls(acls: Acl[]): Promise<void> {
    if (acls.length > 0) {
      await this.#admin.deleteAcls({ filters: acls });
    }
  }

  async acls(): Promise<Acl[]> {
    const resources = await this.#admin.describeAcls({
      filter: {
        resourceType: ANY,
        resourceName: null,
        resourcePatternType: ANY,
        principal: null,
        host: null,
        operation: ANY,
        permissionType: ANY,
      },
    });
    return resources.flatMap(({ acls, ...resource }) =>
      acls.map(acl => ({ ...resource, ...acl } as Acl)),
    );
  }

  /** Where each partition begins, and has its first record since a time. */
  async firstRecords(name: string, since: number): Promise<string> {
    const answers = await Promise.all(
      [EARLIEST, BigInt(since)].map(timestamp =>
        this.#offsets(name, timestamp),
      ),
    );
    return answers
      .flat()
      .map(({ partitionIndex, offset }) => `${partitionIndex}:${offset}`)
      .sort()
      .join(' ');
  }

  /** How many records all partitions have together. */
  async records(name: string): Promise<number> {
    const sum = async (timestamp: bigint) =>
      (await this.#offsets(name, timestamp)).reduce(
        (total, { offset }) => total + Number(offset),
        0,
      );
    return (await sum(LATEST)) - (await sum(EARLIEST));
  }

  /** Writes records as the administrator; see {@link writeRecords}. */
  write(topic: string, values: readonly string[], timestamp: number) {
    return writeRecords(this.description, topic, values, timestamp);
  }

  /** ACLs that bear the topic's name or one of the logins. */
  async aclsOf(name: string, logins: readonly string[]): Promise<Acl[]> {
    const principals = logins.map(login => `User:${login}`);
    return (await this.acls()).filter(
      acl =>
        principals.includes(acl.principal) ||
        (acl.resourceType === TOPIC &&
          acl.resourcePatternType === LITERAL &&
          acl.resourceName === name),
    );
  }

  /** Those of the users that have a SCRAM record. */
  async scramUsers(names: readonly string[]): Promise<string[]> {
    if (names.length === 0) {
      return [];
    }
    const answer = await answerOf(
      describeUserScramCredentialsV0.api.async(
        await this.#connection(),
        names.map(name => ({ name })),
      ),
    );
    return answer.results
      .filter(({ errorCode }) => errorCode === 0)
      .map(({ user }) => user);
  }

  /** Removes a topic, its ACLs and its logins; no error if there is nothing. */
  async cleanUp(name: string, logins: readonly string[]): Promise<void> {
    if (await this.topic(name)) {
      await this.deleteTopic(name);
    }
    await this.removeAcls(await this.aclsOf(name, logins));
    const users = await this.scramUsers(logins);
    if (users.length > 0) {
      await alterUserScramCredentialsV0.api.async(
        await this.#connection(),
        users.map(user => ({ name: user, mechanism: SCRAM_SHA_512 })),
        [],
      );
    }
  }

  /** Whether a client without any of our code logs in. */
  async canLogin(user: string, password: string): Promise<boolean> {
    const client = plainClient(this.description, { user, password });
    try {
      await client.listApis();
      return true;
    } catch (error) {
      if (isRefusal(error)) {
        return false;
      }
      throw error;
    } finally {
      await client.close();
    }
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }

  async #offsets(name: string, timestamp: bigint) {
    const partitions = (await this.topic(name))?.partitions ?? 0;
    const [topic] = await this.#admin.listOffsets({
      topics: [
        {
          name,
          partitions: Array.from({ length: partitions }, (_, index) => ({
            partitionIndex: index,
            timestamp,
          })),
        },
      ],
    });
    return topic?.partitions ?? [];
  }

  async #connection() {
    return this.#admin.connections.getFirstAvailable(
      this.description.bootstrap.split(',').map(address => {
        const [host, port] = address.split(':');
        return { host, port: Number(port) };
      }),
    );
  }
}

/** A name that nothing on the broker has. */
export function uniqueName(prefix = 'test'): string {
  return `${prefix}-${randomBytes(5).toString('hex')}`;
}

/** A call context that nobody aborts. */
export function context(signal = new AbortController().signal) {
  return { logger: mockServices.logger.mock(), signal };
}

function sameAcl(left: Acl, right: Acl): boolean {
  return (Object.keys(left) as (keyof Acl)[]).every(
    key => left[key] === right[key],
  );
}

/** The broker acknowledges before it shows. */
async function settled(look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await look()) {
      return;
    }
    await sleep(25);
  }
  throw new Error('The broker did not show what it acknowledged within 5 s');
}
