import type { ProviderError } from '@data-resources/plugin-data-resources-node';
import {
  alterClientQuotasV1,
  ClientQuotaEntityTypes,
  ClientQuotaMatchTypes,
  describeClientQuotasV0,
} from '@platformatic/kafka';
import type { Deadline } from './Deadline';
import type { KafkaClient } from './KafkaClient';
import { ErrorCodes, errorOf } from './protocolErrors';

/** One quota of a user, perhaps only of its clients of one name. */
export interface UserQuota {
  user: string;
  /** `null`: of each client id that has none of its own. Absent: of all its clients together. */
  clientId?: string | null;
  key: string;
  value: number;
}

/** What changes for one user. */
export interface QuotaChange extends Pick<UserQuota, 'user' | 'clientId'> {
  set: { [key: string]: number };
  remove: readonly string[];
}

type Op = Parameters<
  typeof alterClientQuotasV1.api.async
>[1][number]['ops'][number];

const { USER, CLIENT_ID } = ClientQuotaEntityTypes;
/** Up to here each user is asked for; beyond, the quotas of all users are read at once. */
const FEW_USERS = 8;

/** The quotas of the users, in few calls. What holds for users that have none is not told. */
export async function describeUserQuotas(
  client: KafkaClient,
  deadline: Deadline,
  users: readonly string[],
): Promise<UserQuota[]> {
  const wanted = new Set(users);
  if (wanted.size === 0) {
    return [];
  }
  const filters =
    wanted.size <= FEW_USERS && !deadline.isShared
      ? [...wanted].map(match => ({
          entityType: USER,
          matchType: ClientQuotaMatchTypes.EXACT,
          match,
        }))
      : [{ entityType: USER, matchType: ClientQuotaMatchTypes.ANY }];
  const answers = await Promise.all(
    filters.map(async filter =>
      deadline.once(`quotas ${JSON.stringify(filter)}`, () =>
        describe(client, deadline, filter),
      ),
    ),
  );
  return answers.flat().filter(({ user }) => wanted.has(user));
}

/** Changes quotas of users with one request. Answers with failures by user. */
export async function alterUserQuotas(
  client: KafkaClient,
  deadline: Deadline,
  changes: readonly QuotaChange[],
): Promise<Map<string, ProviderError>> {
  const failures = new Map<string, ProviderError>();
  if (changes.length === 0) {
    return failures;
  }
  const { entries } = await client.write(
    deadline,
    `change the quotas of ${changes.length} users`,
    alterClientQuotasV1.api,
    changes.map(({ user, clientId, set, remove }) => ({
      entities: [
        { entityType: USER, entityName: user },
        ...(clientId === undefined
          ? []
          : [{ entityType: CLIENT_ID, entityName: clientId }]),
      ],
      ops: [
        ...Object.entries(set).map(
          ([key, value]) => ({ key, value, remove: false } as Op),
        ),
        ...remove.map(key => ({ key, remove: true } as Op)),
      ],
    })),
    false,
  );
  for (const { errorCode, errorMessage, entity } of entries) {
    const user = nameOf(entity, USER);
    if (errorCode !== ErrorCodes.NONE && user) {
      failures.set(
        user,
        errorOf(
          { errorCode, errorMessage },
          {
            doing: `change the quotas of ${user}`,
            mode: 'write',
            needs: 'ALTER_CONFIGS on the cluster',
          },
        ),
      );
    }
  }
  return failures;
}

async function describe(
  client: KafkaClient,
  deadline: Deadline,
  filter: Parameters<typeof describeClientQuotasV0.api.async>[1][number],
): Promise<UserQuota[]> {
  const answer = await client.read(
    deadline,
    'read client quotas',
    describeClientQuotasV0.api,
    [filter],
    false,
  );
  if (answer.errorCode !== ErrorCodes.NONE) {
    throw errorOf(answer, {
      doing: 'read client quotas',
      mode: 'read',
      needs: 'DESCRIBE_CONFIGS on the cluster',
    });
  }
  return (answer.entries ?? []).flatMap(({ entity, values }) => {
    const user = nameOf(entity, USER);
    const clientId = nameOf(entity, CLIENT_ID);
    return user
      ? values.map(({ key, value }) => ({
          user,
          ...(clientId === undefined ? {} : { clientId }),
          key,
          value,
        }))
      : [];
  });
}

/** Undefined where the quota is not about that; null where it is about all that have none. */
function nameOf(
  entity: readonly { entityType: string; entityName?: string | null }[],
  type: string,
): string | null | undefined {
  const found = entity.find(({ entityType }) => entityType === type);
  return found && (found.entityName ?? null);
}
