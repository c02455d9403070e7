import type { Plan } from '@data-resources/plugin-data-resources-common';
import { aPlan } from './fixtures';

/** What the engine's module plans on three nodes in two data centres, for one replica more and a data centre more. */
export const replicationPlan: Plan = aPlan({
  risk: 'medium',
  changes: [
    { path: 'replication.dc1', from: 1, to: 2, kind: 'in-place' },
    { path: 'replication.dc2', to: 1, kind: 'in-place' },
  ],
  steps: [
    {
      id: 'alter-keyspace',
      title: 'Change the definition of the keyspace orders',
      call: `ALTER KEYSPACE "orders" WITH replication = {'class': 'NetworkTopologyStrategy', 'dc1': 2, 'dc2': 1} AND durable_writes = true;`,
    },
  ],
  findings: [
    {
      policy: 'cassandra/quorum',
      effect: 'info',
      path: 'spec.replication',
      message:
        'How many of the nodes that hold a row may be down:\nin "dc1" (2 replicas) LOCAL_ONE bears 1, LOCAL_QUORUM and EACH_QUORUM 0\nin "dc2" (1 replica) LOCAL_ONE bears 0, LOCAL_QUORUM and EACH_QUORUM 0\nof all 3 replicas together ONE bears 2, QUORUM 1, ALL 0',
    },
    {
      policy: 'cassandra/replicas-raised',
      effect: 'warn',
      path: 'spec.replication.dc1',
      message:
        'The new replicas in "dc1" begin empty. Until this was run on every node of it, one after the other: nodetool repair -full orders, reads at ONE and LOCAL_ONE can miss data; those at LOCAL_QUORUM find what was written at LOCAL_QUORUM',
    },
    {
      policy: 'cassandra/data-center-added',
      effect: 'warn',
      path: 'spec.replication.dc2',
      message:
        '"dc2" holds nothing of the keyspace yet. Reads at LOCAL_ONE and LOCAL_QUORUM there, and at ONE and QUORUM anywhere, can miss what was written before, until this was run on every node of it: nodetool rebuild -ks orders -- dc1',
    },
  ],
});
