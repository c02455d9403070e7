import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { ServerSettings } from './readSettings';

const ENFORCING = 'CassandraNetworkAuthorizer';

/** Whether logins can be limited to data centres as the configuration says. */
export function dataCenterConditions(
  limit: readonly string[] | undefined,
  {
    known,
    settings,
  }: { known: readonly string[]; settings: ServerSettings | undefined },
): InstanceCondition[] {
  if (limit === undefined) {
    return [];
  }
  const type = 'LoginDataCenters';
  const unknown = limit.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    return [
      {
        type,
        status: 'error',
        message: `client.dataCenters names ${unknown.join(
          ', ',
        )}, and the cluster has ${known.join(', ')}. Names are case-sensitive`,
      },
    ];
  }
  if (settings === undefined) {
    return [
      {
        type,
        status: 'warn',
        message: `client.dataCenters limits logins to ${limit.join(
          ', ',
        )}, and whether the cluster enforces it cannot be read. With ${ENFORCING} as network_authorizer in cassandra.yaml it does`,
      },
    ];
  }
  return settings.networkAuthorizer === ENFORCING
    ? [
        {
          type,
          status: 'ok',
          message: `Logins may come in through ${limit.join(', ')} alone`,
        },
      ]
    : [
        {
          type,
          status: 'error',
          message: `client.dataCenters limits logins to ${limit.join(
            ', ',
          )}, and the cluster would let them in everywhere: its network_authorizer is ${
            settings.networkAuthorizer ?? 'not set'
          }. Set it to ${ENFORCING} in cassandra.yaml of every node, or leave client.dataCenters out`,
        },
      ];
}
