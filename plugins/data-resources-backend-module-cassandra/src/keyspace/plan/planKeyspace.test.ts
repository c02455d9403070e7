import {
  grantOf as grant,
  planInput as input,
  type PlanInputOverrides,
} from '../../__testUtils__/planInput';
import type { Guardrails } from '../../probe/facts';
import { planKeyspace } from './planKeyspace';

const findings = (overrides: Parameters<typeof input>[0]) =>
  planKeyspace(input(overrides)).findings;

describe('planKeyspace', () => {
  it('should show the exact statements of a create', () => {
    const payments = grant('payments-api', 'writer');
    const { a, b, base } = payments.login;
    const plan = planKeyspace(
      input({
        spec: { replication: { west: 1, east: 3 } },
        grants: { add: [payments] },
      }),
    );

    expect(plan.risk).toBe('low');
    expect(plan.findings).toEqual([]);
    expect(plan.steps.map(({ id, call }) => ({ id, call }))).toEqual([
      {
        id: 'create-keyspace',
        call: `CREATE KEYSPACE "orders" WITH replication = {'class': 'NetworkTopologyStrategy', 'east': 3, 'west': 1} AND durable_writes = true;`,
      },
      {
        id: 'create-group-roles',
        call: [
          'CREATE ROLE "orders_ro" WITH SUPERUSER = false AND LOGIN = false;',
          'CREATE ROLE "orders_rw" WITH SUPERUSER = false AND LOGIN = false;',
          'CREATE ROLE "orders_owner" WITH SUPERUSER = false AND LOGIN = false;',
        ].join('\n'),
      },
      {
        id: 'grant-permissions',
        call: [
          'GRANT SELECT ON KEYSPACE "orders" TO "orders_ro";',
          'GRANT SELECT, MODIFY ON KEYSPACE "orders" TO "orders_rw";',
          'GRANT SELECT, MODIFY, CREATE, ALTER, DROP ON ALL TABLES IN KEYSPACE "orders" TO "orders_owner";',
        ].join('\n'),
      },
      {
        id: `ensure-logins:${base}`,
        call: [
          `CREATE ROLE "${a}" WITH SUPERUSER = false AND LOGIN = false;`,
          `CREATE ROLE "${b}" WITH SUPERUSER = false AND LOGIN = false;`,
        ].join('\n'),
      },
      {
        id: `grant-role:writer:${base}`,
        call: `GRANT "orders_rw" TO "${a}";\nGRANT "orders_rw" TO "${b}";`,
      },
    ]);
    expect(plan.changes).toEqual([
      { path: 'durableWrites', to: true, kind: 'create' },
      { path: 'replication.east', to: 3, kind: 'create' },
      { path: 'replication.west', to: 1, kind: 'create' },
      {
        path: 'grants.component:default/payments-api.writer',
        to: 'writer',
        kind: 'create',
      },
    ]);
  });

  it('should make the logins of a principal with two roles once', () => {
    const { steps } = planKeyspace(
      input({ grants: { add: [grant('a', 'reader'), grant('a', 'owner')] } }),
    );

    expect(steps.filter(({ kind }) => kind === 'ensure-logins')).toHaveLength(
      1,
    );
    expect(steps.filter(({ kind }) => kind === 'grant-role')).toHaveLength(2);
  });

  it('should take nothing that a grant that stays gives as well', () => {
    const { steps } = planKeyspace(
      input({
        action: 'revoke',
        grants: {
          remove: [grant('a', 'reader'), grant('b', 'owner')],
          keep: [grant('a', 'reader'), grant('b', 'writer')],
        },
      }),
    );

    expect(steps.map(({ kind }) => kind)).toEqual([
      'revoke-role',
      'revoke-created-tables',
    ]);
    expect(steps[0].id).toBe(
      `revoke-role:owner:${grant('b', 'owner').login.base}`,
    );
  });

  it('should say for how long what is taken goes on to be used', () => {
    const said = (validity?: PlanInputOverrides['validity']) =>
      planKeyspace(
        input({
          action: 'revoke',
          validity,
          grants: { remove: [grant('a', 'reader')] },
        }),
      ).findings;
    expect(said()).toEqual([
      expect.objectContaining({
        effect: 'info',
        message: expect.stringContaining('2 s each unless configured'),
      }),
    ]);
    const [{ message }] = said({
      roles: '2h',
      permissions: '10m',
      credentials: '2s',
    });
    expect(message).toContain(
      'roles_validity (2h) and permissions_validity (10m) together',
    );
  });

  it('should say of a delete what nodes keep of the tables', () => {
    const said = (autoSnapshot?: PlanInputOverrides['autoSnapshot']) =>
      findings({ action: 'delete', seen: {}, autoSnapshot }).map(
        ({ effect, message }) => `${effect}: ${message}`,
      );
    expect(said()).toEqual([]);
    expect(said({ on: true })).toEqual([
      expect.stringMatching(/^info: .* nodetool clearsnapshot there$/),
    ]);
    expect(said({ on: true, ttl: '30d' })).toEqual([
      expect.stringMatching(/for 30d \(auto_snapshot_ttl\)$/),
    ]);
    expect(said({ on: false })).toEqual([
      expect.stringMatching(/the data are gone for good$/),
    ]);
  });

  it('should name the data centres that there are', () => {
    expect(findings({ spec: { replication: { East: 1 } } })).toEqual([
      {
        policy: 'cassandra/unknown-data-center',
        effect: 'deny',
        path: 'spec.replication.East',
        message:
          'The cluster has no data centre "East"; it has "east", "west". Names are case-sensitive',
      },
    ]);
    // A name that every object inherits is no data centre.
    expect(
      findings({ spec: { replication: { constructor: 1 } } }),
    ).toMatchObject([{ policy: 'cassandra/unknown-data-center' }]);
  });

  it('should deny more replicas than nodes, with what would pass', () => {
    expect(
      findings({ spec: { replication: { west: 3, east: 1_000_000_000 } } }),
    ).toEqual([
      expect.objectContaining({
        policy: 'cassandra/replication-factor',
        effect: 'deny',
        path: 'spec.replication.east',
        message: expect.stringContaining('at most 3 would pass'),
      }),
      expect.objectContaining({
        path: 'spec.replication.west',
        message: expect.stringContaining(
          'which has 2 nodes; at most 2 would pass',
        ),
      }),
    ]);
    expect(findings({ spec: { replication: { west: 2, east: 3 } } })).toEqual(
      [],
    );
  });

  it.each([
    ['system', 'deny'],
    ['system_auth', 'deny'],
    ['System_Mine', 'deny'],
    ['data_resources_meta', 'deny'],
    ['Orders', 'warn'],
    ['2fast', 'warn'],
    ['_orders', 'warn'],
    ['table', 'warn'],
  ])('should find fault with the name %s: %s', (name, effect) => {
    expect(findings({ name })).toEqual([
      expect.objectContaining({ effect, path: 'name' }),
    ]);
  });

  it.each<[Guardrails, string, string]>([
    [
      { minimumReplicationFactorFail: 4 },
      'deny',
      'minimum_replication_factor_fail_threshold',
    ],
    [
      { minimumReplicationFactorWarn: 4 },
      'warn',
      'minimum_replication_factor_warn_threshold',
    ],
    [
      { maximumReplicationFactorFail: 2 },
      'deny',
      'maximum_replication_factor_fail_threshold',
    ],
    [
      { maximumReplicationFactorWarn: 2 },
      'warn',
      'maximum_replication_factor_warn_threshold',
    ],
    [{ keyspacesFail: 5 }, 'deny', 'keyspaces_fail_threshold'],
    [{ keyspacesWarn: 5 }, 'warn', 'keyspaces_warn_threshold'],
  ])(
    'should put the guardrail %j into the plan',
    (guardrails, effect, setting) => {
      expect(findings({ guardrails })).toEqual([
        expect.objectContaining({
          effect,
          message: expect.stringContaining(setting),
        }),
      ]);
    },
  );

  it('should tell what guardrails refuse clients', () => {
    expect(
      findings({
        guardrails: {
          alterTableEnabled: false,
          writeConsistencyLevelsDisallowed: ['ANY', 'ONE'],
        },
      }),
    ).toEqual([
      {
        policy: 'cassandra/guardrail-clients',
        effect: 'info',
        message:
          "The cluster's guardrails refuse clients, owners included: writes with ANY, ONE (write_consistency_levels_disallowed); ALTER TABLE (alter_table_enabled)",
      },
    ]);
  });

  it('should limit the logins that it makes where the instance does', () => {
    const writer = grant('shop', 'writer');
    const calls = (asked: ReturnType<typeof input>) =>
      planKeyspace(asked)
        .steps.filter(({ kind }) => kind === 'ensure-logins')
        .map(({ call, args }) => ({ call, args }));
    const { a, b } = writer.login;
    const asking = input({ grants: { add: [writer] } });
    expect(calls(asking)[0].args).toEqual({ logins: [a, b] });

    const instance = {
      ...asking.instance,
      facts: { ...asking.instance.facts, loginDataCenters: ['east', "o'dc"] },
    };
    for (const action of ['create', 'grant', 'restore'] as const) {
      expect(calls({ ...asking, action, instance })).toEqual([
        {
          call: [a, b]
            .map(
              login =>
                `CREATE ROLE "${login}" WITH SUPERUSER = false AND LOGIN = false AND ACCESS TO DATACENTERS {'east', 'o''dc'};`,
            )
            .join('\n'),
          args: { logins: [a, b], dataCenters: ['east', "o'dc"] },
        },
      ]);
    }
  });

  it('should let pass what is within guardrails and limits', () => {
    expect(
      findings({
        guardrails: {
          minimumReplicationFactorFail: 3,
          maximumReplicationFactorFail: 3,
          keyspacesFail: 6,
        },
        limits: { replicas: 3 },
      }),
    ).toEqual([]);
    expect(findings({ limits: { replicas: 2 } })).toEqual([
      expect.objectContaining({
        policy: 'cassandra/limit-replicas',
        effect: 'deny',
      }),
    ]);
  });
});
