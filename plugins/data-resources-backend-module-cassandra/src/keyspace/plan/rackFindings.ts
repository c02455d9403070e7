import {
  fieldPath,
  type Finding,
  type InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterFacts } from '../../probe/facts';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { quorum } from './quorumFinding';
import { count } from './specFindings';

/**
 * What racks make of replicas. `NetworkTopologyStrategy` puts them into different racks as long as there
 * are any, and what is left over into whichever comes next: a rack may hold all of that.
 */
export function rackFindings(
  replication: KeyspaceSpec['replication'],
  instance: InstanceProbe,
): Finding[] {
  const { racks: known = {} } = instance.facts as ClusterFacts;
  return Object.keys(replication)
    .sort()
    .flatMap(dataCenter => {
      const racks = Object.hasOwn(known, dataCenter) ? known[dataCenter] : {};
      const replicas = replication[dataCenter];
      // What there are no nodes for is told as such.
      const nodes = Object.values(racks).reduce((sum, each) => sum + each, 0);
      return replicas < 2 || replicas > nodes
        ? []
        : findingsIn({ dataCenter, replicas, racks });
    });
}

function findingsIn(place: {
  dataCenter: string;
  replicas: number;
  racks: { [rack: string]: number };
}): Finding[] {
  const { dataCenter, replicas, racks } = place;
  const finding = (effect: 'info' | 'warn', message: string): Finding => ({
    policy: 'cassandra/racks',
    effect,
    path: fieldPath(['spec', 'replication', dataCenter]),
    message,
  });
  const names = Object.keys(racks).sort();
  if (names.length === 1) {
    return [
      finding(
        'info',
        `All nodes of "${dataCenter}" are in one rack, "${names[0]}": nothing keeps the replicas there from being lost together`,
      ),
    ];
  }
  const most = Math.min(
    Math.max(1, replicas - names.length + 1),
    Math.max(...Object.values(racks)),
  );
  const spare = replicas - quorum(replicas);
  const bears = most <= spare;
  return [
    finding(
      bears ? 'info' : 'warn',
      `"${dataCenter}" has ${count(names.length, 'rack')} for ${count(
        replicas,
        'replica',
      )}, so one rack holds up to ${most} of each row, and LOCAL_QUORUM there ${
        bears ? 'bears' : 'does not bear'
      } the loss of a rack${
        bears
          ? ''
          : `; with ${count(
              Math.max(3, names.length),
              'replica',
            )} in as many racks it would`
      }`,
    ),
    ...unevenRacks(names, place).map(message => finding('warn', message)),
  ];
}

/** Each rack holds a whole replica, however few nodes it has for it. */
function unevenRacks(
  names: string[],
  {
    dataCenter,
    replicas,
    racks,
  }: {
    dataCenter: string;
    replicas: number;
    racks: { [rack: string]: number };
  },
): string[] {
  const bySize = [...names].sort((left, right) => racks[left] - racks[right]);
  const [smallest, largest] = [bySize[0], bySize[bySize.length - 1]];
  return replicas < names.length || racks[largest] < 2 * racks[smallest]
    ? []
    : [
        `The racks of "${dataCenter}" differ: "${smallest}" has ${count(
          racks[smallest],
          'node',
        )} and "${largest}" ${
          racks[largest]
        }. Each rack holds every row, so a node of "${smallest}" holds ${
          Math.round((10 * racks[largest]) / racks[smallest]) / 10
        } times as much`,
      ];
}
