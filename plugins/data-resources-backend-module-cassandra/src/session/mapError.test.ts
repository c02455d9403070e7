import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { mapError } from './mapError';

const response = (code: number, message: string) =>
  Object.assign(new Error(message), { name: 'ResponseError', code });

describe('mapError', () => {
  it.each<[number, string, string, string]>([
    [0x0000, 'java.lang.RuntimeException', 'Unreachable', 'Unknown'],
    [
      0x1000,
      'Cannot achieve consistency level LOCAL_QUORUM',
      'Unreachable',
      'Unknown',
    ],
    [0x1001, 'overloaded', 'Unreachable', 'Unknown'],
    [0x1100, 'Operation timed out', 'Unreachable', 'Unknown'],
    [0x1200, 'Operation timed out', 'Unreachable', 'Unknown'],
    [0x1300, 'Operation failed', 'Unreachable', 'Unknown'],
    [0x1500, 'Operation failed', 'Unreachable', 'Unknown'],
    [0x1600, 'CDC write failed', 'Unreachable', 'Unknown'],
    [0x1700, 'CAS operation result is unknown', 'Unreachable', 'Unknown'],
    [
      0x2200,
      'Unable to perform authorization of login permission: Operation timed out',
      'Unreachable',
      'Unknown',
    ],
    [
      0x2100,
      'Unable to perform authorization of permissions: Cannot achieve consistency level LOCAL_QUORUM',
      'Unreachable',
      'Unknown',
    ],
    [
      0x2100,
      'User x has no ALTER permission on <keyspace y>',
      'Unauthorized',
      'Unauthorized',
    ],
    [0x2400, 'Cannot add existing keyspace "y"', 'Conflict', 'Conflict'],
    [0x2200, 'x already exists', 'Conflict', 'Conflict'],
    [0x2200, 'Guardrail keyspaces violated', 'Rejected', 'Rejected'],
    [0x2300, 'Unrecognized strategy option {x}', 'Rejected', 'Rejected'],
    [0x2000, 'line 1:0 no viable alternative', 'Rejected', 'Rejected'],
  ])(
    'should take answer %i "%s" as %s of a read and %s of a write',
    (code, message, read, write) => {
      const error = response(code, message);
      expect(mapError(error, 'read', 'cluster').reason).toBe(read);
      const mapped = mapError(error, 'write', 'cluster');
      expect(mapped.reason).toBe(write);
      expect(mapped.message).toContain(message);
      expect(mapped.cause).toBeUndefined();
    },
  );

  it('should know that what was not written was not done', () => {
    const error = Object.assign(new Error('Socket was closed'), {
      name: 'DriverError',
      isSocketError: true,
    });
    expect(mapError(error, 'write', 'cluster').reason).toBe('Unknown');
    expect(
      mapError(
        Object.assign(error, { requestNotWritten: true }),
        'write',
        'cluster',
      ).reason,
    ).toBe('Unreachable');
  });

  it('should tell a login that cannot be checked from one that is refused', () => {
    const login = (message: string) =>
      Object.assign(new Error('All host(s) tried'), {
        name: 'NoHostAvailableError',
        innerErrors: {
          '10.0.0.1:9042': Object.assign(new Error(message), {
            name: 'AuthenticationError',
          }),
        },
      });
    expect(
      mapError(
        login('Provided username x and/or password are incorrect'),
        'read',
        'c',
      ).reason,
    ).toBe('Unauthorized');
    expect(
      mapError(
        login(
          'Unable to perform authentication: Cannot achieve consistency level LOCAL_QUORUM',
        ),
        'read',
        'c',
      ).reason,
    ).toBe('Unreachable');
  });

  it('should name every node that was tried and why it failed', () => {
    const error = Object.assign(new Error('All host(s) tried'), {
      name: 'NoHostAvailableError',
      innerErrors: {
        '10.0.0.1:9042': new Error('connect ECONNREFUSED 10.0.0.1:9042'),
        '10.0.0.2:9042': new Error('Connection timeout'),
      },
    });
    expect(mapError(error, 'write', 'cluster')).toMatchObject({
      reason: 'Unreachable',
      message:
        'cluster cannot be reached: 10.0.0.1:9042: connect ECONNREFUSED 10.0.0.1:9042; 10.0.0.2:9042: Connection timeout',
    });
  });

  it('should leave errors alone that are mapped already', () => {
    const error = new ProviderError('Conflict', 'x');
    expect(mapError(error, 'write', 'cluster')).toBe(error);
  });
});
