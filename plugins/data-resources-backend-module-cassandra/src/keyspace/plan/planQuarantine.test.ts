import {
  grantOf,
  planInput,
  type PlanInputOverrides,
} from '../../__testUtils__/planInput';
import { planKeyspace } from './planKeyspace';

const owner = grantOf('shop', 'owner');
const reader = grantOf('reports', 'reader');
const plan = (
  action: 'quarantine' | 'restore',
  more: PlanInputOverrides = {},
) =>
  planKeyspace(
    planInput({
      action,
      seen: {},
      grants: {
        [action === 'restore' ? 'add' : 'remove']: [owner, reader],
      },
      ...more,
    }),
  );

describe('the plan of a quarantine', () => {
  it('should take permissions and leave memberships and logins', () => {
    const { steps, risk } = plan('quarantine');
    const { a, b, base } = owner.login;

    expect(risk).toBe('medium');
    expect(steps.map(({ id, call }) => ({ id, call }))).toEqual([
      {
        id: 'revoke-permissions',
        call: [
          'REVOKE SELECT ON KEYSPACE "orders" FROM "orders_ro";',
          'REVOKE SELECT, MODIFY ON KEYSPACE "orders" FROM "orders_rw";',
          'REVOKE SELECT, MODIFY, CREATE, ALTER, DROP ON ALL TABLES IN KEYSPACE "orders" FROM "orders_owner";',
        ].join('\n'),
      },
      {
        id: `revoke-created-tables:${base}`,
        call: [a, b]
          .map(
            slot =>
              `REVOKE ALL PERMISSIONS ON TABLE "orders"."<each table it made>" FROM "${slot}";`,
          )
          .join('\n'),
      },
    ]);
    expect(steps.filter(({ login }) => login)).toEqual([]);
  });

  it('should name what is taken, and what goes on', () => {
    const { changes, findings } = plan('quarantine');

    expect(changes).toEqual([
      {
        path: 'permissions.orders_ro',
        from: 'SELECT on the keyspace',
        kind: 'in-place',
      },
      {
        path: 'permissions.orders_rw',
        from: 'SELECT, MODIFY on the keyspace',
        kind: 'in-place',
      },
      {
        path: 'permissions.orders_owner',
        from: 'SELECT, MODIFY, CREATE, ALTER, DROP on all its tables',
        kind: 'in-place',
      },
      {
        path: 'grants.component:default/shop.owner',
        from: 'owner',
        kind: 'in-place',
      },
      {
        path: 'grants.component:default/reports.reader',
        from: 'reader',
        kind: 'in-place',
      },
    ]);
    expect(findings.map(({ effect, policy }) => `${effect} ${policy}`)).toEqual(
      [
        'info cassandra/not-at-once',
        'info cassandra/quarantine-data',
        'info cassandra/quarantine-others',
        'info cassandra/quarantine-created-tables',
      ],
    );
  });

  it('should speak of tables that were made only where somebody could make them', () => {
    const { steps, findings } = plan('quarantine', {
      grants: { remove: [reader] },
    });

    expect(steps.map(({ kind }) => kind)).toEqual(['revoke-permissions']);
    expect(findings.map(({ policy }) => policy)).not.toContain(
      'cassandra/quarantine-created-tables',
    );
  });

  it('should not stand in the way of what follows when there is nothing to take', () => {
    for (const more of [{ seen: undefined }, { ours: false }]) {
      expect(plan('quarantine', more)).toMatchObject({
        changes: [],
        findings: [{ policy: 'cassandra/keyspace-gone', effect: 'info' }],
      });
    }
  });

  it('should ask for the permissions that it needs', () => {
    for (const action of ['quarantine', 'restore'] as const) {
      expect(
        plan(action, { facts: { rightsHeld: false } }).findings,
      ).toContainEqual(
        expect.objectContaining({
          policy: 'cassandra/provisioner-rights',
          effect: 'deny',
          retryable: true,
        }),
      );
    }
  });
});

describe('the plan of a restore', () => {
  it('should give what the ledger holds, whatever is left of it', () => {
    const { steps, changes, findings, risk } = plan('restore');

    expect(risk).toBe('low');
    expect(findings).toEqual([]);
    expect(steps.map(({ id }) => id)).toEqual([
      'create-group-roles',
      'grant-permissions',
      `ensure-logins:${owner.login.base}`,
      `ensure-logins:${reader.login.base}`,
      `grant-role:owner:${owner.login.base}`,
      `grant-role:reader:${reader.login.base}`,
    ]);
    expect(changes).toEqual(
      plan('quarantine').changes.map(({ from, ...change }) => ({
        ...change,
        to: from,
      })),
    );
  });

  it('should refuse what is gone or another’s', () => {
    for (const more of [{ seen: undefined }, { ours: false }]) {
      expect(plan('restore', more).findings).toEqual([
        expect.objectContaining({
          policy: 'cassandra/keyspace-gone',
          effect: 'deny',
        }),
      ]);
    }
  });
});
