import type { CallContext } from '@data-resources/plugin-data-resources-node';
import { Deadline } from '../session/Deadline';
import { dataCenterConditions } from './dataCenterConditions';
import { guardrailConditions } from './guardrailConditions';
import { seedConditions } from './seedConditions';

const node = (address: string) => ({
  address,
  dataCenter: 'dc1',
  rack: 'rack1',
  version: '5.0.9',
  schemaVersion: 'one',
});
const context: Pick<CallContext, 'signal'> = {
  signal: new AbortController().signal,
};

describe('seeds and contact points', () => {
  const look = (options: {
    nodes?: string[];
    seeds?: string[];
    contactPoints?: string[];
  }) =>
    seedConditions(
      {
        name: 'c',
        nodes: (options.nodes ?? ['10.0.0.1', '10.0.0.2', '10.0.0.3']).map(
          node,
        ),
      },
      {
        settings: { guardrails: {}, seeds: options.seeds },
        contactPoints: options.contactPoints ?? ['10.0.0.1', '10.0.0.2'],
        deadline: Deadline.start(context, 5_000),
      },
    );

  it('should warn of one of either', async () => {
    expect(await look({ seeds: ['10.0.0.1:7000'] })).toEqual([
      {
        type: 'Seeds',
        status: 'warn',
        message: expect.stringContaining('one seed, 10.0.0.1:7000'),
      },
    ]);
    expect(await look({ contactPoints: ['10.0.0.2'] })).toEqual([
      {
        type: 'ContactPoints',
        status: 'warn',
        message: expect.stringMatching(
          /one of the cluster's 3 nodes.*10\.0\.0\.2.*e\.g\. 10\.0\.0\.1 and 10\.0\.0\.3/,
        ),
      },
    ]);
    expect(await look({ contactPoints: ['name.invalid'] })).toHaveLength(1);
  });

  it('should be content with two, with one node, and with what it cannot see', async () => {
    expect(await look({ seeds: ['10.0.0.1', '10.0.0.2'] })).toEqual([]);
    expect(await look({})).toEqual([]);
    expect(
      await look({
        nodes: ['10.0.0.1'],
        seeds: ['10.0.0.1'],
        contactPoints: ['10.0.0.1'],
      }),
    ).toEqual([]);
  });
});

describe('data centres of logins', () => {
  const look = (limit: string[] | undefined, networkAuthorizer?: string) =>
    dataCenterConditions(limit, {
      known: ['dc1', 'dc2'],
      settings: { guardrails: {}, networkAuthorizer },
    });

  it('should be those of a cluster that enforces it', () => {
    expect(look(undefined, 'AllowAllNetworkAuthorizer')).toEqual([]);
    expect(look(['dc1'], 'CassandraNetworkAuthorizer')).toEqual([
      expect.objectContaining({ type: 'LoginDataCenters', status: 'ok' }),
    ]);
    expect(look(['dc1'], 'AllowAllNetworkAuthorizer')).toEqual([
      {
        type: 'LoginDataCenters',
        status: 'error',
        message: expect.stringMatching(
          /would let them in everywhere.*AllowAllNetworkAuthorizer.*Set it to CassandraNetworkAuthorizer/,
        ),
      },
    ]);
    expect(look(['dc1', 'Dc2'], 'CassandraNetworkAuthorizer')).toEqual([
      {
        type: 'LoginDataCenters',
        status: 'error',
        message: expect.stringMatching(/names Dc2, .* has dc1, dc2/),
      },
    ]);
    expect(
      dataCenterConditions(['dc1'], { known: ['dc1'], settings: undefined }),
    ).toEqual([expect.objectContaining({ status: 'warn' })]);
  });
});

describe('guardrails', () => {
  it('should be told where they refuse something', () => {
    expect(guardrailConditions(undefined)).toEqual([]);
    expect(guardrailConditions({ guardrails: { tablesFail: 5 } })).toEqual([]);
    expect(
      guardrailConditions({ guardrails: { dropTruncateTableEnabled: false } }),
    ).toEqual([
      {
        type: 'Guardrails',
        status: 'ok',
        message: expect.stringContaining(
          'DROP TABLE and TRUNCATE (drop_truncate_table_enabled)',
        ),
      },
    ]);
  });
});
