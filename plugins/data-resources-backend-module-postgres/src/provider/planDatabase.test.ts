import { args, planOf as plan, rules, spec } from '../__testUtils__/planCases';

describe('the plan of an update', () => {
  it('should be empty when all is as it was asked for', () => {
    expect(
      plan('update', {
        current: {
          extensions: ['citext'],
          locale: 'C.UTF-8',
          parameters: { statement_timeout: '60s', jit: true },
        },
        found: {
          // What others set and created is no difference, nor is another spelling.
          locale: 'C.utf8',
          extensions: ['citext', 'cube', 'dblink'],
          parameters: {
            statement_timeout: '1min',
            jit: 'true',
            search_path: 'mine',
            work_mem: '8MB',
          },
        },
      }),
    ).toEqual({ changes: [], steps: [], findings: [], risk: 'low' });
  });

  it('should set what differs and reset only what the spec declared', () => {
    const result = plan('update', {
      current: {
        connectionLimit: 10,
        parameters: { statement_timeout: '30s', jit: false },
      },
      desired: { connectionLimit: 20, parameters: { work_mem: '8MB' } },
      found: {
        parameters: {
          statement_timeout: '31s',
          jit: 'off',
          lock_timeout: '1s',
        },
      },
    });

    expect(result.changes).toEqual([
      { path: 'connectionLimit', from: 10, to: 20, kind: 'in-place' },
      { path: 'parameters.work_mem', to: '8MB', kind: 'in-place' },
      { path: 'parameters.jit', from: 'off', kind: 'in-place' },
      { path: 'parameters.statement_timeout', from: '31s', kind: 'in-place' },
    ]);
    expect(args(result)).toEqual([
      [
        'alter-database',
        {
          dba: 'orders_dba',
          connectionLimit: 20,
          set: { work_mem: '8MB' },
          reset: ['jit', 'statement_timeout'],
        },
      ],
    ]);
    expect(result.steps[0].call).toContain(
      'ALTER DATABASE "orders" CONNECTION LIMIT 20;\n' +
        'ALTER DATABASE "orders" SET "work_mem" = \'8MB\';\n' +
        'ALTER DATABASE "orders" RESET "jit";',
    );
    expect(rules(result)).toEqual(['info postgres/new-sessions']);
    expect(result.risk).toBe('low');
  });

  it('should not reset what is gone already', () => {
    const result = plan('update', {
      current: { parameters: { jit: 'off' }, extensions: ['citext'] },
      desired: {},
      found: { parameters: {}, extensions: [] },
    });
    expect(result).toMatchObject({ changes: [], steps: [] });
  });

  it('should create and drop extensions before all else, and say what a drop implies', () => {
    const result = plan('update', {
      current: { extensions: ['citext', 'cube'], connectionLimit: 10 },
      desired: { extensions: ['pgcrypto', 'cube'], connectionLimit: 20 },
      found: { extensions: ['citext', 'cube', 'hstore'] },
    });

    expect(result.changes).toEqual([
      { path: 'extensions.citext', from: 'citext', kind: 'destructive' },
      { path: 'extensions.pgcrypto', to: 'pgcrypto', kind: 'in-place' },
      { path: 'connectionLimit', from: 10, to: 20, kind: 'in-place' },
    ]);
    expect(result.steps.map(({ id }) => id)).toEqual([
      'alter-extensions',
      'alter-database',
    ]);
    expect(result.steps[0].call).toContain('DROP EXTENSION IF EXISTS "citext"');
    expect(result.steps[0].call).not.toContain('CASCADE');
    expect(rules(result)).toEqual([
      'info postgres/extension-trusted',
      'warn postgres/extension-drop',
    ]);
    expect(result.risk).toBe('high');
  });

  it('should be no risk to create an extension', () => {
    const result = plan('update', { desired: { extensions: ['citext'] } });
    expect(result.findings).toEqual([
      expect.objectContaining({
        effect: 'info',
        message: 'citext 1.6: trusted, so that no superuser is needed',
      }),
    ]);
    expect(result.risk).toBe('low');
  });

  it.each([
    [{ extensions: ['hstore'] }, 'extension-not-allowed'],
    [{ extensions: ['dblink'] }, 'extension-not-trusted'],
    [{ extensions: ['earthdistance'] }, 'extension-requires'],
    [{ connectionLimit: 101 }, 'connection-limit'],
    [{ connectionLimit: -1 }, 'connection-limit'],
    [{ parameters: { idle_session_timeout: '1h' } }, 'unknown-parameter'],
  ])('should hold what changes to the rules of a create: %j', (to, rule) => {
    const denied = plan('update', { desired: to }).findings.filter(
      ({ effect }) => effect === 'deny',
    );
    expect(denied).toEqual([
      expect.objectContaining({
        policy: `postgres/${rule}`,
        path: expect.stringMatching(/^spec\./),
      }),
    ]);
    // What was agreed under other rules, and stays, is nobody's fault.
    const kept = plan('update', {
      current: to,
      desired: { ...to, parameters: { ...spec(to).parameters, jit: 'off' } },
    });
    expect(rules(kept)).toEqual(['info postgres/new-sessions']);
  });

  it('should not take away what another extension requires', () => {
    const current = { extensions: ['cube', 'earthdistance'] };
    expect(plan('update', { current, desired: {} }).steps[0].call).toContain(
      'DROP EXTENSION IF EXISTS "cube", "earthdistance";',
    );
    expect(
      rules(plan('update', { current, desired: { extensions: ['cube'] } })),
    ).toEqual(['warn postgres/extension-drop']);
    expect(
      rules(
        plan('update', { current, desired: { extensions: ['earthdistance'] } }),
      ),
    ).toEqual([
      'deny postgres/extension-requires',
      'warn postgres/extension-drop',
    ]);
  });

  it.each([
    [{ encoding: 'LATIN1' }, 'encoding', 'UTF8', 'LATIN1'],
    [{ locale: 'en_US.UTF-8' }, 'locale', 'C.UTF-8', 'en_US.UTF-8'],
  ])(
    'should refuse to change %j and say what would do',
    (to, path, old, neu) => {
      const result = plan('update', { desired: to });
      expect(result.changes).toEqual([
        { path, from: old, to: neu, kind: 'unsupported' },
      ]);
      expect(result.findings).toEqual([
        expect.objectContaining({
          effect: 'deny',
          path: `spec.${path}`,
          message: expect.stringMatching(/request a new database with/),
        }),
      ]);
      expect(result.steps).toEqual([]);
    },
  );

  it('should take a locale that is no longer named for the server’s own', () => {
    expect(
      plan('update', { current: { locale: 'C.utf8' }, desired: {} }).changes,
    ).toEqual([]);
    expect(
      plan('update', { current: { locale: 'C' }, desired: {} }).changes,
    ).toEqual([
      { path: 'locale', from: 'C', to: 'C.UTF-8', kind: 'unsupported' },
    ]);
    // An adopted database has a locale that nobody named.
    expect(plan('update', { found: { locale: 'C' } }).changes).toEqual([]);
  });

  it.each([
    [4, 'low', []],
    [5, 'low', []],
    [6, 'medium', ['warn postgres/connection-limit-in-use']],
  ])(
    'should warn of a limit of 5 while %d sessions are open',
    (sessions, risk, expected) => {
      const result = plan('update', {
        desired: { connectionLimit: 5 },
        facts: { sessions },
      });
      expect({ risk: result.risk, rules: rules(result) }).toEqual({
        risk,
        rules: expected,
      });
    },
  );

  it.each([
    ['on', 'medium', ['warn postgres/read-only']],
    ['true', 'medium', ['warn postgres/read-only']],
    ['off', 'low', []],
  ])(
    'should warn of default_transaction_read_only = %s',
    (value, risk, expected) => {
      const result = plan('update', {
        desired: { parameters: { default_transaction_read_only: value } },
      });
      expect({ risk: result.risk, rules: rules(result) }).toEqual({
        risk,
        rules: [...expected, 'info postgres/new-sessions'],
      });
    },
  );

  it('should go by what was agreed where the extensions could not be read', () => {
    const unread = {
      current: { extensions: ['citext', 'cube'] },
      found: { extensions: undefined },
    };
    expect(plan('update', unread)).toMatchObject({ changes: [], steps: [] });
    expect(
      plan('update', { ...unread, desired: { extensions: ['cube'] } }).changes,
    ).toEqual([
      { path: 'extensions.citext', from: 'citext', kind: 'destructive' },
    ]);
  });

  it('should see no drift on a database that was closed here, and not reach inside', () => {
    const closed = {
      current: { extensions: ['citext'] },
      found: { extensions: undefined },
      facts: { closed: true, closedHere: true },
    };
    const drift = plan('update', closed);
    expect(drift).toMatchObject({ changes: [], steps: [] });
    expect(rules(drift)).toEqual(['warn postgres/closed']);
    expect(
      rules(plan('update', { ...closed, desired: { extensions: [] } })),
    ).toContain('deny postgres/closed');
    const outside = plan('update', {
      ...closed,
      desired: { extensions: ['citext'], connectionLimit: 3 },
    });
    expect(rules(outside)).toEqual(['warn postgres/closed']);
    expect(outside.steps).toHaveLength(1);
  });

  it('should leave a database alone whose DROP was interrupted', () => {
    const result = plan('update', {
      found: { connectionLimit: -2, extensions: undefined },
      facts: { closed: true },
    });
    expect(rules(result)).toContain('deny postgres/interrupted-drop');
  });
});
