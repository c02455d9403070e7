import { pbkdf2, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import { ProviderError } from '@data-resources/plugin-data-resources-node';
import {
  alterUserScramCredentialsV0,
  describeUserScramCredentialsV0,
  ScramMechanisms,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import { ErrorCodes, errorOf } from './protocolErrors';

/** What the brokers keep of a password. */
export interface ScramVerifier {
  iterations: number;
  salt: Buffer;
  saltedPassword: Buffer;
}

/** One SCRAM record of a user, as far as Kafka shows it. */
export interface ScramRecord {
  mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  iterations: number;
}

/** Kafka takes no fewer. More would slow logins down and win nothing: passwords are 256 random bits. */
const FEWEST_ITERATIONS = 4_096;
const SALT_BYTES = 32;
const SHA512_BYTES = 64;
const NEEDS = 'ALTER on the cluster';

const MECHANISMS = new Map<number, ScramRecord['mechanism']>([
  [ScramMechanisms.SCRAM_SHA_256, 'SCRAM-SHA-256'],
  [ScramMechanisms.SCRAM_SHA_512, 'SCRAM-SHA-512'],
]);

const derive = promisify(pbkdf2);

/**
 * Makes a SCRAM-SHA-512 verifier, so that the password itself never travels. The number of
 * iterations varies, because it is all that Kafka shows of a record: by it a record that was
 * just written is told from the one before.
 */
export async function scramVerifier(password: string): Promise<ScramVerifier> {
  const iterations = randomInt(FEWEST_ITERATIONS, 2 * FEWEST_ITERATIONS);
  const salt = randomBytes(SALT_BYTES);
  const saltedPassword = await derive(
    password,
    salt,
    iterations,
    SHA512_BYTES,
    'sha512',
  );
  return { iterations, salt, saltedPassword };
}

/** The SCRAM records of each user; none for a user that has none. */
export async function describeScramRecords(
  client: KafkaClient,
  deadline: Deadline,
  users: readonly string[],
): Promise<Map<string, ScramRecord[]>> {
  const names = [...new Set(users)];
  const records = new Map<string, ScramRecord[]>(names.map(name => [name, []]));
  if (names.length === 0) {
    // Asked about nobody, Kafka would answer about everybody.
    return records;
  }
  const answer = await client.read(
    deadline,
    'read SCRAM credentials',
    describeUserScramCredentialsV0.api,
    names.map(name => ({ name })),
  );
  const options = {
    doing: 'read SCRAM credentials',
    mode: 'read',
    needs: 'DESCRIBE on the cluster',
  } as const;
  if (answer.errorCode !== ErrorCodes.NONE) {
    throw errorOf(answer, options);
  }
  for (const result of answer.results) {
    if (result.errorCode === ErrorCodes.NONE) {
      records.set(
        result.user,
        result.credentialInfos.flatMap(({ mechanism, iterations }) => {
          const name = MECHANISMS.get(mechanism);
          return name ? [{ mechanism: name, iterations }] : [];
        }),
      );
    } else if (result.errorCode !== ErrorCodes.RESOURCE_NOT_FOUND) {
      throw errorOf(result, options);
    }
  }
  return records;
}

/** Writes one user's SCRAM-SHA-512 record and waits until the brokers have it. */
export async function upsertScramRecord(
  client: KafkaClient,
  deadline: Deadline,
  user: string,
  verifier: ScramVerifier,
): Promise<void> {
  const doing = `set the SCRAM-SHA-512 credential of ${user}`;
  const answer = await client.write(
    deadline,
    doing,
    alterUserScramCredentialsV0.api,
    [],
    [{ name: user, mechanism: ScramMechanisms.SCRAM_SHA_512, ...verifier }],
  );
  const failed = answer.results.find(({ errorCode }) => errorCode !== 0);
  if (failed) {
    throw errorOf(failed, { doing, mode: 'write', needs: NEEDS });
  }
  await visible(client, deadline, doing, [user], records =>
    records.some(
      ({ mechanism, iterations }) =>
        mechanism === 'SCRAM-SHA-512' && iterations === verifier.iterations,
    ),
  );
}

/**
 * Deletes all SCRAM records of the users and waits until the brokers have forgotten them.
 * No error for users that have none. Answers with failures by user.
 */
export async function deleteScramRecords(
  client: KafkaClient,
  deadline: Deadline,
  users: readonly string[],
): Promise<Map<string, ProviderError>> {
  const doing = 'delete SCRAM credentials';
  const failures = new Map<string, ProviderError>();
  const present = await describeScramRecords(client, deadline, users);
  const deletions = [...present].flatMap(([name, records]) =>
    records.map(({ mechanism }) => ({
      name,
      mechanism:
        mechanism === 'SCRAM-SHA-512'
          ? ScramMechanisms.SCRAM_SHA_512
          : ScramMechanisms.SCRAM_SHA_256,
    })),
  );
  if (deletions.length === 0) {
    return failures;
  }
  const answer = await client.write(
    deadline,
    doing,
    alterUserScramCredentialsV0.api,
    deletions,
    [],
  );
  for (const result of answer.results) {
    if (
      result.errorCode !== ErrorCodes.NONE &&
      result.errorCode !== ErrorCodes.RESOURCE_NOT_FOUND
    ) {
      failures.set(
        result.user,
        errorOf(result, {
          doing: `delete the SCRAM credential of ${result.user}`,
          mode: 'write',
          needs: NEEDS,
        }),
      );
    }
  }
  const gone = deletions
    .map(({ name }) => name)
    .filter(name => !failures.has(name));
  await visible(client, deadline, doing, gone, records => records.length === 0);
  return failures;
}

async function visible(
  client: KafkaClient,
  deadline: Deadline,
  doing: string,
  users: readonly string[],
  isDone: (records: ScramRecord[]) => boolean,
): Promise<void> {
  let cause: unknown;
  try {
    const done = await deadline.until(async () => {
      const records = await describeScramRecords(client, deadline, users);
      return [...records.values()].every(isDone);
    });
    if (done) {
      return;
    }
  } catch (error) {
    cause = error;
  }
  throw new ProviderError(
    'Unknown',
    `Kafka was asked to ${doing}, and the change could not be read back${
      cause instanceof Error ? `: ${cause.message}` : ' in time.'
    }`,
    cause,
  );
}
