import { fieldPath } from '@data-resources/plugin-data-resources-node';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import { nodetool } from './nodetool';
import { quorum } from './quorumFinding';
import { count } from './specFindings';

/**
 * What operators have to do besides, for Cassandra moves no data by itself when replicas
 * change.
 */
export function added(
  keyspace: string,
  dataCenter: string,
  source: string | undefined,
): Finding {
  return {
    policy: 'cassandra/data-center-added',
    effect: 'warn',
    path: fieldPath(['spec', 'replication', dataCenter]),
    message: `"${dataCenter}" holds nothing of the keyspace yet. Reads at LOCAL_ONE and LOCAL_QUORUM there, and at ONE and QUORUM anywhere, can miss what was written before${
      source === undefined
        ? ''
        : `, until this was run on every node of it: ${nodetool(
            'rebuild -ks',
            keyspace,
            source,
          )}`
    }`,
  };
}

/** As {@link added}, for more or fewer replicas. */
export function resized(
  keyspace: string,
  dataCenter: string,
  from: number,
  to: number,
): Finding {
  const path = fieldPath(['spec', 'replication', dataCenter]);
  const repair = nodetool('repair -full', keyspace);
  if (to < from) {
    return {
      policy: 'cassandra/replicas-lowered',
      effect: 'warn',
      path,
      message: `${count(
        from - to,
        'replica',
      )} of each row goes in "${dataCenter}". What only those hold is lost to reads: before this is executed, run on every node of it: ${repair}. To free the disk afterwards, run on each: ${nodetool(
        'cleanup',
        keyspace,
      )}`,
    };
  }
  // Whoever wrote to a quorum is sure to be read by one only where the two overlap.
  const overlaps = quorum(from) + quorum(to) > to;
  return {
    policy: 'cassandra/replicas-raised',
    effect: 'warn',
    path,
    message: `The new replicas in "${dataCenter}" begin empty. Until this was run on every node of it, one after the other: ${repair}, reads at ONE and LOCAL_ONE can miss data${
      overlaps
        ? '; those at LOCAL_QUORUM find what was written at LOCAL_QUORUM'
        : `, and so can those at LOCAL_QUORUM: the ${quorum(
            to,
          )} of ${to} replicas that such a read asks may all lack a row. Raise by one at a time, with a repair after each, to spare it that`
    }`,
  };
}

/** As {@link added}, for a data centre that is left. */
export function removed(
  keyspace: string,
  dataCenter: string,
  from: number,
): Finding {
  return {
    policy: 'cassandra/data-center-removed',
    effect: 'warn',
    path: fieldPath(['spec', 'replication', dataCenter]),
    message: `"${dataCenter}" gives up its ${count(
      from,
      'replica',
    )} of each row: clients that use LOCAL_ONE or LOCAL_QUORUM there fail, and what only those hold is lost. Before this is executed, run on every node of the cluster: ${nodetool(
      'repair -full',
      keyspace,
    )}. To free the disk afterwards, run on every node of "${dataCenter}": ${nodetool(
      'cleanup',
      keyspace,
    )}`,
  };
}
