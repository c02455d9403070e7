import {
  args,
  GRANTS,
  planOf as plan,
  rules,
} from '../__testUtils__/planCases';

describe('the plan of a quarantine', () => {
  it('should name what is taken, and keep the logins and the ledger’s grants', () => {
    const result = plan('quarantine', { grants: { remove: GRANTS } });

    expect(result.changes).toEqual([
      { path: 'allowConnections', from: true, to: false, kind: 'in-place' },
      {
        path: 'grants.component:default/shop.reader',
        from: 'reader',
        kind: 'in-place',
      },
      {
        path: 'grants.component:default/shop.owner',
        from: 'owner',
        kind: 'in-place',
      },
    ]);
    expect(args(result)).toEqual([['close-database', { dba: 'orders_dba' }]]);
    expect(result.steps[0].call).toContain(
      'ALTER DATABASE "orders" ALLOW_CONNECTIONS false',
    );
    expect(result.risk).toBe('medium');
    expect(rules(result)).toEqual(['info postgres/quarantine']);
  });

  it('should say whose sessions end and whose go on', () => {
    const result = plan('quarantine', {
      facts: { sessions: 3, visitors: ['postgres'] },
    });
    expect(rules(result)).toEqual([
      'info postgres/quarantine',
      'info postgres/quarantine-sessions',
      'warn postgres/quarantine-visitors',
    ]);
    expect(result.findings.map(({ message }) => message).join('\n')).toMatch(
      /3 sessions are open now[^]*postgres is connected/,
    );
  });

  it('should tell while it can be ended of what a deletion would wait for', () => {
    const attached = {
      subscriptions: [{ name: 'in "use', enabled: true }],
      prepared: Array.from({ length: 7 }, (_, n) => ({
        gid: `o'clock-${n}`,
        owner: 'shop_a',
      })),
      slots: [{ name: 'cdc', active: true }],
    };
    const open = plan('quarantine', { facts: { attached } });
    const messages = open.findings.map(({ message }) => message).join('\n');
    expect(rules(open).slice(1)).toEqual([
      'warn postgres/subscription',
      'warn postgres/prepared-transaction',
      'warn postgres/replication-slot',
    ]);
    expect(messages).toContain('DROP SUBSCRIPTION "in ""use";');
    expect(messages).toContain(`7 transactions are prepared there, by shop_a`);
    expect(messages).toContain(`ROLLBACK PREPARED 'o''clock-4'; and 2 more`);
    expect(messages).toContain(`pg_drop_replication_slot('cdc');`);

    const closed = plan('delete', { facts: { attached, closed: true } });
    expect(rules(closed)).toEqual([
      'deny postgres/subscription',
      'deny postgres/prepared-transaction',
      'warn postgres/replication-slot',
    ]);
    expect(closed.findings[0]).toMatchObject({
      retryable: true,
      message: expect.stringContaining(
        'ALTER DATABASE "orders" ALLOW_CONNECTIONS true CONNECTION LIMIT 0;',
      ),
    });
  });

  it('should end the sessions of a database that is closed already', () => {
    const result = plan('quarantine', { facts: { closed: true } });
    expect(result.changes).toEqual([]);
    expect(result.steps).toHaveLength(1);
  });
});

describe('the plan of a restore', () => {
  it('should open the database and give again what the ledger holds', () => {
    const result = plan('restore', {
      facts: { closed: true },
      grants: { add: GRANTS },
    });

    expect(result.changes).toEqual([
      { path: 'allowConnections', from: false, to: true, kind: 'in-place' },
      {
        path: 'grants.component:default/shop.reader',
        to: 'reader',
        kind: 'in-place',
      },
      {
        path: 'grants.component:default/shop.owner',
        to: 'owner',
        kind: 'in-place',
      },
    ]);
    expect(result.steps.map(({ id }) => id)).toEqual([
      'open-database',
      'ensure-login-shop',
      'grant-reader-shop',
      'grant-owner-shop',
    ]);
    expect(result.findings).toEqual([]);
  });

  it('should go on where one was left half done', () => {
    const result = plan('restore', { grants: { add: GRANTS } });
    expect(result.changes.map(({ path }) => path)).not.toContain(
      'allowConnections',
    );
    expect(result.steps).toHaveLength(4);
  });
});

describe.each(['update', 'quarantine', 'restore'] as const)(
  'the plan of a %s of what is not ours',
  action => {
    it.each([
      ['gone', { exists: false, ours: false, spec: undefined }],
      ['not-ours', { exists: true, ours: false }],
    ])('should be denied: %s', (rule, observed) => {
      const result = plan(action, {
        observed: { ...observed, facts: { foreignRoles: [] } },
        desired: { connectionLimit: 7 },
        grants: { add: GRANTS, remove: GRANTS },
      });
      expect(result).toMatchObject({ changes: [], steps: [] });
      expect(rules(result)).toEqual([`deny postgres/${rule}`]);
    });
  },
);

describe('the plan of a grant or revoke on a closed database', () => {
  it.each([
    ['reader', true, []],
    ['owner', true, ['deny postgres/closed']],
    ['owner', false, []],
  ])(
    'should be judged by whether it has to go inside: %s, %s',
    (role, closed, expected) => {
      const grants = GRANTS.filter(grant => grant.role === role);
      const facts = { closed };
      expect(rules(plan('grant', { facts, grants: { add: grants } }))).toEqual(
        expected,
      );
      expect(
        rules(plan('revoke', { facts, grants: { remove: grants } })),
      ).toEqual(expected);
    },
  );
});
