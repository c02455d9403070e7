import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { count } from './specFindings';

/** How many nodes with replicas each consistency level can do without. */
export function quorumFinding(
  replication: KeyspaceSpec['replication'],
): Finding {
  const dataCenters = Object.keys(replication).sort();
  const total = dataCenters.reduce((sum, name) => sum + replication[name], 0);
  const [first] = dataCenters;
  const parts =
    dataCenters.length === 1
      ? [
          `in "${first}" (${count(total, 'replica')}) ONE and LOCAL_ONE bear ${
            total - 1
          }, QUORUM and LOCAL_QUORUM ${spareOfQuorum(total)}, ALL 0`,
        ]
      : [
          ...dataCenters.map(name => {
            const replicas = replication[name];
            return `in "${name}" (${count(
              replicas,
              'replica',
            )}) LOCAL_ONE bears ${
              replicas - 1
            }, LOCAL_QUORUM and EACH_QUORUM ${spareOfQuorum(replicas)}`;
          }),
          `of all ${total} replicas together ONE bears ${
            total - 1
          }, QUORUM ${spareOfQuorum(total)}, ALL 0`,
        ];
  return {
    policy: 'cassandra/quorum',
    effect: 'info',
    path: 'spec.replication',
    message: `How many of the nodes that hold a row may be down:\n${parts.join(
      '\n',
    )}`,
  };
}

/** How many of the replicas are a quorum. */
export function quorum(replicas: number): number {
  return Math.floor(replicas / 2) + 1;
}

function spareOfQuorum(replicas: number): number {
  return replicas - quorum(replicas);
}
