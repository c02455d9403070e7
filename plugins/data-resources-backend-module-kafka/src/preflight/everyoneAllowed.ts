import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { findErrorBy, metadataV12 } from '@platformatic/kafka';
import { describeAcls } from '../client/acls';
import { Deadline } from '../client/Deadline';
import { describeCause } from '../client/describeCause';
import type { KafkaClient } from '../client/KafkaClient';
import { openConnection } from '../client/openConnection';
import type { OpenConnection } from '../client/openConnection';
import { ErrorCodes, errorName } from '../client/protocolErrors';
import { scramVerifier, upsertScramRecord } from '../client/scram';
import { wasTold } from '../client/wasTold';
import type { AdminConfig } from '../config/readKafkaConfig';

/** What a login without any ACL may do. `undecided` says why nothing could be concluded. */
export type EveryoneAllowed =
  | { verdict: 'no' | 'yes' }
  | { verdict: 'undecided'; why: string };

const TOPIC = 'data-resources-preflight';
/** The broker that acknowledged a login knows it within milliseconds, another one a little later. */
const LONGEST_WAIT_MS = 2_000;

/**
 * Finds out whether the brokers let everyone in where there is no ACL. Kafka hides the value
 * of `allow.everyone.if.no.acl.found` even from administrators, so a login that has no ACL
 * asks for a topic of which nobody has heard: the answer is a refusal or "there is none".
 *
 * The login is made at the first look and kept. Its password is derived from the portal's
 * own, so that later looks and other replicas use it without writing anything, and it is
 * never deleted: deleting SCRAM users is what endangers others in Kafka 4.3.1.
 */
export async function everyoneAllowed(options: {
  client: KafkaClient;
  admin: AdminConfig;
  deadline: Deadline;
  clusterId: string;
  installationId: string;
}): Promise<EveryoneAllowed> {
  const { client, admin, deadline, clusterId, installationId } = options;
  if (!admin.sasl) {
    return {
      verdict: 'undecided',
      why: admin.certificate
        ? 'the portal logs in by a certificate, so a login without ACLs cannot be tried where it connects'
        : 'the portal itself connects without a login',
    };
  }
  const name = `${TOPIC}-${randomUUID()}`;
  const covering = await describeAcls(client, deadline, {
    resourceType: 'TOPIC',
    resourceName: name,
    patternType: 'MATCH',
  });
  if (covering.length > 0) {
    return {
      verdict: 'undecided',
      why: 'there are ACLs that cover every topic',
    };
  }
  const username = `data_resources_preflight_${createHash('sha256')
    .update(installationId)
    .digest('hex')
    .slice(0, 10)}`;
  const password = createHmac('sha256', admin.sasl.password || randomBytes(32))
    .update(`data-resources preflight|${clusterId}|${installationId}`)
    .digest('base64url');
  const login: AdminConfig = {
    ...admin,
    sasl: { mechanism: 'SCRAM-SHA-512', username, password },
  };
  let open: OpenConnection;
  try {
    open = await logIn(
      login,
      async () => {
        const verifier = await scramVerifier(password);
        await upsertScramRecord(client, deadline, username, verifier);
      },
      deadline,
    );
  } catch (error) {
    return {
      verdict: 'undecided',
      why: `a login without ACLs could not be tried (${describeCause(error)})`,
    };
  }
  try {
    return await ask(open, deadline, name);
  } finally {
    open.connection.close().catch(() => {});
  }
}

/** Logs in; where the login is not known yet, makes it and waits until the broker knows it. */
async function logIn(
  login: AdminConfig,
  make: () => Promise<void>,
  deadline: Deadline,
): Promise<OpenConnection> {
  try {
    return await openWithin(deadline, login);
  } catch (error) {
    if (!wasTold(error, 'SASL_AUTHENTICATION_FAILED')) {
      throw error;
    }
  }
  await make();
  const wait = new Deadline(deadline.signal, LONGEST_WAIT_MS);
  let open: OpenConnection | undefined;
  let last: unknown;
  await wait.until(async () => {
    try {
      open = await openWithin(wait, login);
      return true;
    } catch (error) {
      last = error;
      return false;
    }
  });
  if (!open) {
    throw last;
  }
  return open;
}

/** What opens too late is closed again. */
async function openWithin(
  deadline: Deadline,
  login: AdminConfig,
): Promise<OpenConnection> {
  const opening = openConnection(login);
  try {
    return await deadline.race(opening);
  } catch (error) {
    opening.then(
      ({ connection }) => connection.close(),
      () => {},
    );
    throw error;
  }
}

async function ask(
  { connection }: OpenConnection,
  deadline: Deadline,
  topic: string,
): Promise<EveryoneAllowed> {
  let code: number = ErrorCodes.NONE;
  try {
    await deadline.race(
      metadataV12.api.async(connection, [topic], false, false),
    );
  } catch (error) {
    const answer = findErrorBy(error as Error, 'code', 'PLT_KFK_RESPONSE');
    const [item] = answer?.response?.topics ?? [];
    if (!item) {
      return {
        verdict: 'undecided',
        why: 'the broker did not answer the question',
      };
    }
    code = item.errorCode;
  }
  switch (code) {
    case ErrorCodes.TOPIC_AUTHORIZATION_FAILED:
      return { verdict: 'no' };
    case ErrorCodes.UNKNOWN_TOPIC_OR_PARTITION:
      return { verdict: 'yes' };
    default:
      return {
        verdict: 'undecided',
        why: `the broker answered with ${errorName(code)}`,
      };
  }
}
