import { ErrorCodes, errorOf } from './protocolErrors';

const INVALID = ErrorCodes.INVALID_REPLICATION_FACTOR;

describe('errorOf', () => {
  it.each([
    [
      'Unable to replicate the partition 1 time(s): All brokers are currently fenced.',
      'Unreachable',
      true,
    ],
    [
      'Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be reached because only 1 broker(s) are registered.',
      'Rejected',
      false,
    ],
    [null, 'Rejected', false],
  ])(
    'should tell a cluster that is just starting from a replication factor that is wrong: %s',
    (errorMessage, reason, retryable) => {
      for (const mode of ['read', 'write'] as const) {
        expect(
          errorOf(
            { errorCode: INVALID, errorMessage },
            { doing: 'create topic orders', mode },
          ),
        ).toMatchObject({ reason, retryable });
      }
    },
  );
});
