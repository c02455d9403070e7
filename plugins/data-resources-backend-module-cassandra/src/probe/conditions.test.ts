import {
  provisionerConditions,
  schemaCondition,
  systemAuthCondition,
  versionCondition,
} from './conditions';
import { countNodes } from './readTopology';

const node = (address: string, dataCenter: string, more = {}) => ({
  address,
  dataCenter,
  version: '5.0.9',
  rack: 'rack1',
  schemaVersion: 'one',
  ...more,
});
const cluster = (...nodes: ReturnType<typeof node>[]) => ({ name: 'c', nodes });
const systemAuth = (
  strategy: string,
  replication: { [dataCenter: string]: number },
) => [
  {
    name: 'system_auth',
    definedAt: '1',
    strategy,
    spec: { replication, durableWrites: true },
  },
];

describe('conditions', () => {
  it('should count nodes by data centre', () => {
    expect(
      countNodes([node('1', 'b'), node('2', 'a'), node('3', 'b')]),
    ).toEqual({ a: 1, b: 2 });
  });

  it.each([
    ['4.0.11', 'error'],
    ['3.11.16', 'error'],
    ['4.1.0', 'ok'],
    ['5.0.9', 'ok'],
    ['6.0-alpha1-SNAPSHOT', 'ok'],
  ])('should take a node of version %s as %s', (version, status) => {
    const condition = versionCondition(
      cluster(node('10.0.0.1', 'a'), node('10.0.0.2', 'a', { version })),
    );

    expect(condition.status).toBe(status);
    expect(condition.message).toContain(version);
  });

  it('should refuse a cluster that asks nobody for a password or a permission', () => {
    expect(
      provisionerConditions(
        {
          superuser: false,
          onAllKeyspaces: new Set(),
          onAllRoles: new Set(),
          uncheckedBecause: 'You have to be logged in and not anonymous',
        },
        'portal',
      ),
    ).toEqual([
      {
        type: 'Authorizer',
        status: 'error',
        message: expect.stringMatching(
          /nothing that is granted there means anything.*not anonymous.*PasswordAuthenticator.*CassandraAuthorizer/,
        ),
      },
    ]);
  });

  it('should tell which nodes disagree on the schema', () => {
    expect(
      schemaCondition(
        cluster(
          node('10.0.0.1', 'a'),
          node('10.0.0.2', 'a', { schemaVersion: 'two' }),
        ),
      ),
    ).toEqual({
      type: 'SchemaAgreement',
      status: 'warn',
      message: expect.stringMatching(
        /10\.0\.0\.1 has one; 10\.0\.0\.2 has two/,
      ),
    });
  });

  it.each([
    ['one node', 'SimpleStrategy', { replication_factor: 1 }, { a: 1 }, 'ok'],
    [
      'three nodes',
      'SimpleStrategy',
      { replication_factor: 1 },
      { a: 3 },
      'warn',
    ],
    [
      'three nodes',
      'SimpleStrategy',
      { replication_factor: 3 },
      { a: 3 },
      'ok',
    ],
    [
      'two centres',
      'SimpleStrategy',
      { replication_factor: 3 },
      { a: 2, b: 1 },
      'warn',
    ],
    ['two replicas', 'NetworkTopologyStrategy', { a: 2 }, { a: 3 }, 'warn'],
    [
      'a centre without',
      'NetworkTopologyStrategy',
      { a: 3 },
      { a: 3, b: 1 },
      'warn',
    ],
    ['enough', 'NetworkTopologyStrategy', { a: 3, b: 1 }, { a: 5, b: 1 }, 'ok'],
  ])(
    'should judge the replication of system_auth: %s, %s %j',
    (_title, strategy, replication, nodes, status) => {
      expect(
        systemAuthCondition(
          systemAuth(strategy, replication as {}),
          nodes as {},
        ).status,
      ).toBe(status);
    },
  );

  it('should give the statement that mends system_auth', () => {
    expect(
      systemAuthCondition(
        systemAuth('SimpleStrategy', { replication_factor: 1 }),
        { east: 5, west: 2 },
      ).message,
    ).toContain(
      `ALTER KEYSPACE system_auth WITH replication = {'class': 'NetworkTopologyStrategy', 'east': 3, 'west': 2}`,
    );
  });
});
