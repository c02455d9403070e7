import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { DatabaseError } from 'pg';
import { isBusy, toProviderError } from './toProviderError';

function serverError(code: string, message = 'no'): DatabaseError {
  const error = new DatabaseError(message, message.length, 'error');
  error.code = code;
  return error;
}

describe('toProviderError', () => {
  it.each([
    ['42P04', 'Conflict'],
    ['42710', 'Conflict'],
    ['23505', 'Conflict'],
    ['2BP01', 'Conflict'],
    ['42501', 'Unauthorized'],
    ['28P01', 'Unauthorized'],
    ['0A000', 'Unsupported'],
    ['22023', 'Rejected'],
    ['42704', 'Rejected'],
    ['53300', 'Unreachable'],
    ['55006', 'Unreachable'],
    ['57014', 'Unreachable'],
    ['57P03', 'Unreachable'],
    ['40001', 'Unreachable'],
    ['57P01', 'Unknown'],
    ['25P04', 'Unknown'],
  ])('should call %s of a statement %s', (code, reason) => {
    const error = toProviderError(serverError(code), 'write', 'making x');
    expect(error.reason).toBe(reason);
    expect(error.message).toBe(`making x: PostgreSQL says ${code}, no`);
  });

  it('should know nothing when the line broke in a statement, and all is as before in a query', () => {
    const broken = new Error('Connection terminated unexpectedly');
    expect(toProviderError(broken, 'write', 'x').reason).toBe('Unknown');
    expect(toProviderError(broken, 'read', 'x').reason).toBe('Unreachable');
    expect(toProviderError(broken, 'connect', 'x').reason).toBe('Unreachable');
    expect(toProviderError(serverError('57P01'), 'read', 'x').reason).toBe(
      'Unreachable',
    );
  });

  it('should tell the causes that are hidden inside', () => {
    const error = new AggregateError([
      new Error('connect ECONNREFUSED ::1:5432'),
      new Error('connect ECONNREFUSED 127.0.0.1:5432'),
    ]);
    expect(toProviderError(error, 'connect', 'db').message).toBe(
      'db: connect ECONNREFUSED ::1:5432; connect ECONNREFUSED 127.0.0.1:5432',
    );
    const timeout = new Error('Connection terminated', {
      cause: new Error('timed out'),
    });
    expect(toProviderError(timeout, 'connect', 'db').message).toBe(
      'db: Connection terminated: timed out',
    );
  });

  it('should leave what is judged already', () => {
    const error = new ProviderError('Conflict', 'there');
    expect(toProviderError(error, 'write', 'x')).toBe(error);
  });

  it('should know what passes at once', () => {
    expect(isBusy(serverError('XX000', 'tuple concurrently updated'))).toBe(
      true,
    );
    expect(isBusy(serverError('XX000', 'tuple concurrently deleted'))).toBe(
      true,
    );
    expect(isBusy(serverError('XX000', 'cache lookup failed'))).toBe(false);
    expect(isBusy(serverError('55006'))).toBe(true);
    expect(isBusy(new Error('tuple concurrently updated'))).toBe(false);
  });
});
