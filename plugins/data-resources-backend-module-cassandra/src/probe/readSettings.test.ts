import { toSettings } from './readSettings';

describe('the settings of a node', () => {
  it('should tell what is switched on', () => {
    expect(
      toSettings(
        new Map([
          ['keyspaces_warn_threshold', '-1'],
          ['tables_fail_threshold', '150'],
          ['drop_keyspace_enabled', 'false'],
          ['alter_table_enabled', 'true'],
          ['table_properties_disallowed', '[compaction, cdc]'],
          ['table_properties_warned', '[]'],
          ['read_consistency_levels_disallowed', 'null'],
          ['network_authorizer', 'CassandraNetworkAuthorizer'],
          ['roles_validity', '2s'],
          ['permissions_validity', '2h'],
          ['credentials_validity', '120000ms'],
          ['auto_snapshot', 'true'],
          ['auto_snapshot_ttl', '30d'],
        ]),
      ),
    ).toEqual({
      validity: { roles: '2s', permissions: '2h', credentials: '120000ms' },
      autoSnapshot: { on: true, ttl: '30d' },
      guardrails: {
        tablesFail: 150,
        dropKeyspaceEnabled: false,
        tablePropertiesDisallowed: ['cdc', 'compaction'],
      },
      networkAuthorizer: 'CassandraNetworkAuthorizer',
    });
  });

  it('should say nothing of what an older version does not have', () => {
    expect(toSettings(new Map())).toEqual({ guardrails: {} });
  });

  it.each([
    ['org.apache.cassandra.auth.AllowAllNetworkAuthorizer'],
    ['{class_name=AllowAllNetworkAuthorizer, parameters={}}'],
    [
      "ParameterizedClass[class_name='AllowAllNetworkAuthorizer', parameters=null]",
    ],
  ])('should know the network authorizer in %s', value => {
    expect(
      toSettings(new Map([['network_authorizer', value]])).networkAuthorizer,
    ).toBe('AllowAllNetworkAuthorizer');
  });
});
