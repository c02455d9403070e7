import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { ProviderErrorReason } from '@data-resources/plugin-data-resources-node';
import { protocolErrors, protocolErrorsCodesById } from '@platformatic/kafka';

/** Error codes of the protocol that this module tells apart. */
export const ErrorCodes = {
  NONE: 0,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  REQUEST_TIMED_OUT: 7,
  BROKER_NOT_AVAILABLE: 8,
  NETWORK_EXCEPTION: 13,
  INVALID_TOPIC_EXCEPTION: 17,
  TOPIC_AUTHORIZATION_FAILED: 29,
  GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  UNSUPPORTED_VERSION: 35,
  TOPIC_ALREADY_EXISTS: 36,
  INVALID_PARTITIONS: 37,
  INVALID_REPLICATION_FACTOR: 38,
  INVALID_CONFIG: 40,
  NOT_CONTROLLER: 41,
  POLICY_VIOLATION: 44,
  SECURITY_DISABLED: 54,
  GROUP_ID_NOT_FOUND: 69,
  TOPIC_DELETION_DISABLED: 73,
  THROTTLING_QUOTA_EXCEEDED: 89,
  RESOURCE_NOT_FOUND: 91,
  UNKNOWN_TOPIC_ID: 100,
} as const;

const UNAUTHORIZED: ReadonlySet<number> = new Set([
  ErrorCodes.TOPIC_AUTHORIZATION_FAILED,
  ErrorCodes.GROUP_AUTHORIZATION_FAILED,
  ErrorCodes.CLUSTER_AUTHORIZATION_FAILED,
]);

/** Told before anything was done, so that the same call may be made again. */
const NOTHING_DONE: ReadonlySet<number> = new Set([
  ErrorCodes.NOT_CONTROLLER,
  ErrorCodes.THROTTLING_QUOTA_EXCEEDED,
]);

/** The broker gave up on the controller, or on itself: a change may have been made or not. */
const OUTCOME_OPEN: ReadonlySet<number> = new Set([
  -1,
  ErrorCodes.REQUEST_TIMED_OUT,
  ErrorCodes.BROKER_NOT_AVAILABLE,
  ErrorCodes.NETWORK_EXCEPTION,
]);

const UNSUPPORTED: ReadonlySet<number> = new Set([
  ErrorCodes.UNSUPPORTED_VERSION,
  ErrorCodes.SECURITY_DISABLED,
  ErrorCodes.TOPIC_DELETION_DISABLED,
]);

/** The protocol's name of an error code, e.g. `TOPIC_ALREADY_EXISTS`. */
export function errorName(code: number): string {
  return protocolErrorsCodesById[code] ?? `error ${code}`;
}

/**
 * What a broker's answer means.
 *
 * @param options.doing - what was tried, as it stands in a sentence: `create topic orders`
 * @param options.needs - the right that it takes, told when the broker says that it is missing
 */
export function errorOf(
  item: { errorCode: number; errorMessage?: string | null },
  options: { doing: string; mode: 'read' | 'write'; needs?: string },
): ProviderError {
  const { errorCode } = item;
  const { doing, mode, needs } = options;
  const name = errorName(errorCode);
  const words = item.errorMessage || protocolErrors[name]?.message || '';
  const said = `${name}${words ? `: ${words}` : ''}`;
  const reason = reasonOf(item, mode);
  const advice =
    reason === 'Unauthorized' && needs
      ? ` The portal's login needs ${needs}.`
      : '';
  return new ProviderError(
    reason,
    `Kafka did not ${doing}: ${said}${said.endsWith('.') ? '' : '.'}${advice}`,
  );
}

function reasonOf(
  item: { errorCode: number; errorMessage?: string | null },
  mode: 'read' | 'write',
): ProviderErrorReason {
  const { errorCode: code } = item;
  if (waitsForBrokers(code, item.errorMessage)) {
    return 'Unreachable';
  }
  if (UNAUTHORIZED.has(code)) {
    return 'Unauthorized';
  }
  if (NOTHING_DONE.has(code)) {
    return 'Unreachable';
  }
  if (OUTCOME_OPEN.has(code)) {
    return mode === 'write' ? 'Unknown' : 'Unreachable';
  }
  if (UNSUPPORTED.has(code)) {
    return 'Unsupported';
  }
  return code === ErrorCodes.TOPIC_ALREADY_EXISTS ? 'Conflict' : 'Rejected';
}

/**
 * In the seconds after a start, the controller has heard from no broker yet. It says so with the
 * code of a replication factor that is wrong; only its words tell the two apart.
 * Source: StripedReplicaPlacer, `throwInvalidReplicationFactorIfZero`.
 */
function waitsForBrokers(code: number, message?: string | null): boolean {
  return (
    code === ErrorCodes.INVALID_REPLICATION_FACTOR &&
    /all brokers are currently fenced/i.test(message ?? '')
  );
}
