import { validityConditions } from './validityConditions';

describe('what nodes remember of logins', () => {
  it('should be warned of where it lasts, and of nothing else', () => {
    expect(validityConditions(undefined)).toEqual([]);
    expect(
      validityConditions({
        roles: '2s',
        permissions: '1m',
        credentials: '0ms',
      }),
    ).toEqual([]);
    const [{ status, message }] = validityConditions({
      roles: '2h',
      permissions: '61000ms',
      credentials: '2000ms',
    });
    expect(status).toBe('warn');
    expect(message).toContain(
      '(roles_validity is 2h, permissions_validity is 61000ms)',
    );
  });
});
