import { pbkdf2, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { JsonObject } from '@backstage/types';
import type { KafkaDescription } from '@data-resources/test-engines';
import {
  alterUserScramCredentialsV0,
  AclOperations,
  AclPermissionTypes,
  ConfigResourceTypes,
  Connection,
  createAclsV3,
  createTopicsV7,
  deleteAclsV3,
  deleteTopicsV6,
  describeAclsV3,
  describeConfigsV4,
  describeUserScramCredentialsV0,
  metadataV12,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka';
import type { Acl } from '@platformatic/kafka';
import type { BareEngine } from '../BareEngine';

const derive = promisify(pbkdf2);

const PARTITIONS = 3;
const SCRAM_SHA_512 = 2;
const ITERATIONS = 4_096;
/** The most topics in one request: larger ones are no faster, and hold up all others. */
const TOPICS_AT_ONCE = 200;
/** Topics whose settings are asked for at once; a broker answers one connection in order. */
const CONFIGS_AT_ONCE = 1_250;
const LOGINS = ['bare_app_a', 'bare_app_b'];
const OPERATIONS = [AclOperations.WRITE, AclOperations.DESCRIBE];
const PATIENCE_MS = 120_000;

/** Kafka's own protocol, without a line of the product: writes on one connection, reads on another. */
export class BareKafka implements BareEngine {
  readonly address;
  readonly wanted = {
    type: 'kafka-topic',
    role: 'producer',
    spec: { partitions: PARTITIONS, replicationFactor: 1 },
  };
  readonly small = { partitions: 1, replicationFactor: 1 };
  readonly #provisioner: KafkaDescription['provisioner'];
  readonly #writes: Connection;
  readonly #reads: Connection;
  readonly #made = new Set<string>();
  readonly #users = new Set<string>();

  private constructor(
    kafka: KafkaDescription,
    writes: Connection,
    reads: Connection,
  ) {
    this.#writes = writes;
    this.#reads = reads;
    this.address = { host: kafka.host, port: kafka.port };
    this.#provisioner = kafka.provisioner;
  }

  instance(name: string, { host, port }: BareKafka['address']): JsonObject {
    const listener = {
      bootstrapServers: [`${host}:${port}`],
      securityProtocol: 'SASL_PLAINTEXT',
    };
    return {
      name,
      engine: 'kafka',
      environment: 'dev',
      title: name,
      owner: 'group:default/platform',
      admin: {
        ...listener,
        username: this.#provisioner.user,
        password: this.#provisioner.password,
      },
      client: listener,
    };
  }

  static async open(kafka: KafkaDescription): Promise<BareKafka> {
    const connect = async () => {
      const connection = new Connection('bench', {
        sasl: {
          mechanism: 'SCRAM-SHA-512',
          username: kafka.admin.user,
          password: kafka.admin.password,
        },
        requestTimeout: PATIENCE_MS,
      });
      await connection.connect(kafka.host, kafka.port);
      return connection;
    };
    return new BareKafka(kafka, await connect(), await connect());
  }

  async makeOne(name: string): Promise<void> {
    const user = `${name}-user`;
    await this.#createTopics([name]);
    await this.#awaitLeaders([name]);
    const acls = aclsOf(name, [`${user}-a`, `${user}-b`]);
    await this.#createAcls(acls);
    await this.#awaitAcls(acls);
    await this.#createUser(`${user}-a`);
  }

  async makeMany(names: readonly string[]): Promise<void> {
    for (let from = 0; from < names.length; from += TOPICS_AT_ONCE) {
      const part = names.slice(from, from + TOPICS_AT_ONCE);
      await this.#createTopics(part);
      await this.#createAcls(part.flatMap(name => aclsOf(name, LOGINS)));
    }
    await this.#awaitLeaders(names);
    await this.#awaitAcls(names.flatMap(name => aclsOf(name, LOGINS)));
  }

  async look(): Promise<void> {
    const [{ topics }] = await Promise.all([
      metadataV12.api.async(this.#reads, null, false, false),
      this.#topicAcls(),
    ]);
    const names = topics.map(({ name }) => name ?? '');
    await Promise.all(
      Array.from(
        { length: Math.ceil(names.length / CONFIGS_AT_ONCE) },
        async (_, part) =>
          describeConfigsV4.api.async(
            this.#reads,
            names
              .slice(part * CONFIGS_AT_ONCE, (part + 1) * CONFIGS_AT_ONCE)
              .map(resourceName => ({
                resourceType: ConfigResourceTypes.TOPIC,
                resourceName,
                configurationKeys: null,
              })),
            false,
            false,
          ),
      ),
    );
  }

  async missing(
    names: readonly string[],
    logins: readonly string[],
  ): Promise<string[]> {
    const ready = await this.#readyTopics();
    const found = await this.#topicAcls();
    return names.flatMap(name => [
      ...(ready.has(name) ? [] : [`${name} has no leaders`]),
      ...aclsOf(name, logins)
        .map(keyOf)
        .filter(key => !found.has(key)),
    ]);
  }

  async clear(): Promise<void> {
    const { topics } = await metadataV12.api.async(
      this.#reads,
      null,
      false,
      false,
    );
    const made = topics.filter(({ name }) => this.#made.has(name ?? ''));
    for (let from = 0; from < made.length; from += TOPICS_AT_ONCE) {
      await deleteTopicsV6.api.async(
        this.#writes,
        made
          .slice(from, from + TOPICS_AT_ONCE)
          .map(({ topicId }) => ({ name: null, topicId })),
        PATIENCE_MS,
      );
    }
    // The controller takes ten thousand changes in one request.
    for (const operation of OPERATIONS) {
      for (const user of [...this.#users, ...LOGINS]) {
        await deleteAclsV3.api.async(this.#writes, [
          {
            resourceType: ResourceTypes.TOPIC,
            resourceName: null as unknown as string,
            resourcePatternType: ResourcePatternTypes.ANY,
            principal: `User:${user}`,
            host: null as unknown as string,
            operation,
            permissionType: AclPermissionTypes.ANY,
          },
        ]);
      }
    }
    this.#made.clear();
  }

  async close(): Promise<void> {
    await this.#writes.close();
    await this.#reads.close();
  }

  async #createTopics(names: readonly string[]): Promise<void> {
    names.forEach(name => this.#made.add(name));
    await createTopicsV7.api.async(
      this.#writes,
      names.map(name => ({
        name,
        numPartitions: PARTITIONS,
        replicationFactor: 1,
        assignments: [],
        configs: [],
      })),
      PATIENCE_MS,
      false,
    );
  }

  async #createAcls(acls: readonly Acl[]): Promise<void> {
    await createAclsV3.api.async(this.#writes, [...acls]);
  }

  /** A verifier, so that the password stays here. */
  async #createUser(name: string): Promise<void> {
    this.#users.add(name);
    const salt = randomBytes(32);
    await alterUserScramCredentialsV0.api.async(
      this.#writes,
      [],
      [
        {
          name,
          mechanism: SCRAM_SHA_512,
          iterations: ITERATIONS,
          salt,
          saltedPassword: await derive(
            randomBytes(24).toString('base64url'),
            salt,
            ITERATIONS,
            64,
            'sha512',
          ),
        },
      ],
    );
    await until(async () => {
      const { results } = await describeUserScramCredentialsV0.api.async(
        this.#reads,
        [{ name }],
      );
      return results.some(({ credentialInfos }) => credentialInfos.length > 0);
    });
  }

  async #awaitLeaders(names: readonly string[]): Promise<void> {
    await until(async () => {
      const ready = await this.#readyTopics(names);
      return names.every(name => ready.has(name));
    });
  }

  async #awaitAcls(acls: readonly Acl[]): Promise<void> {
    const [only, ...others] = new Set(
      acls.map(({ resourceName }) => resourceName),
    );
    await until(async () => {
      const found = await this.#topicAcls(
        others.length === 0 ? only : undefined,
      );
      return acls.every(acl => found.has(keyOf(acl)));
    });
  }

  async #readyTopics(
    names: readonly string[] | null = null,
  ): Promise<Set<string>> {
    const { topics } = await metadataV12.api.async(
      this.#reads,
      names && names.length < 500 ? [...names] : null,
      false,
      false,
    );
    return new Set(
      topics
        .filter(
          ({ partitions }) =>
            partitions.length === PARTITIONS &&
            partitions.every(({ leaderId }) => leaderId >= 0),
        )
        .map(({ name }) => name ?? ''),
    );
  }

  async #topicAcls(resourceName: string | null = null): Promise<Set<string>> {
    const { resources } = await describeAclsV3.api.async(this.#reads, {
      resourceType: ResourceTypes.TOPIC,
      resourceName,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: null,
      host: null,
      operation: AclOperations.ANY,
      permissionType: AclPermissionTypes.ANY,
    });
    return new Set(
      resources.flatMap(({ resourceName: name, acls }) =>
        acls.map(({ principal, operation }) =>
          keyOf({ resourceName: name, principal, operation }),
        ),
      ),
    );
  }
}

function aclsOf(topic: string, logins: readonly string[]): Acl[] {
  return logins.flatMap(login =>
    OPERATIONS.map(operation => ({
      resourceType: ResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${login}`,
      host: '*',
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    })),
  );
}

function keyOf({
  resourceName,
  principal,
  operation,
}: {
  resourceName?: string | null;
  principal: string;
  operation: number;
}): string {
  return `${resourceName} ${principal} ${operation}`;
}

async function until(isThere: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isThere().catch(() => false))) {
    if (performance.now() > end) {
      throw new Error('Kafka does not show what it has acknowledged');
    }
    await sleep(5);
  }
}
