import {
  fieldPath,
  type Finding,
  type InstanceProbe,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterFacts, Guardrails } from '../../probe/facts';
import type { KeyspaceSpec } from '../keyspaceSpec';

/** The rules for the replicas of the data centres given. */
export function replicationFindings(
  replication: KeyspaceSpec['replication'],
  instance: InstanceProbe,
): Finding[] {
  const known = instance.topology.dataCenters ?? {};
  const { guardrails, limits } = instance.facts as ClusterFacts;
  return Object.keys(replication)
    .sort()
    .flatMap(dataCenter => {
      const replicas = replication[dataCenter];
      const path = fieldPath(['spec', 'replication', dataCenter]);
      if (!Object.hasOwn(known, dataCenter)) {
        const names = Object.keys(known)
          .sort()
          .map(name => `"${name}"`);
        return [
          {
            policy: 'cassandra/unknown-data-center',
            effect: 'deny' as const,
            path,
            message: `The cluster has no data centre "${dataCenter}"; it has ${names.join(
              ', ',
            )}. Names are case-sensitive`,
          },
        ];
      }
      const findings: Finding[] = [];
      const nodes = known[dataCenter];
      if (replicas > nodes) {
        findings.push({
          policy: 'cassandra/replication-factor',
          effect: 'deny',
          path,
          message: `${replicas} replicas are asked for in "${dataCenter}", which has ${count(
            nodes,
            'node',
          )}; at most ${nodes} would pass`,
        });
      }
      if (limits.replicas !== undefined && replicas > limits.replicas) {
        findings.push({
          policy: 'cassandra/limit-replicas',
          effect: 'deny',
          path,
          message: `${replicas} replicas are asked for in "${dataCenter}"; this instance allows at most ${limits.replicas} per data centre`,
        });
      }
      return [...findings, ...factorGuardrails(replicas, path, guardrails)];
    });
}

/** The server would only say so when it is asked to create the keyspace. */
function factorGuardrails(
  replicas: number,
  path: string,
  guardrails: Guardrails,
): Finding[] {
  const finding = (effect: 'deny' | 'warn', bound: string, setting: string) => [
    {
      policy: 'cassandra/guardrail-replication-factor',
      effect,
      path,
      message: `${count(replicas, 'replica')} ${
        replicas === 1 ? 'is' : 'are'
      } asked for; the cluster's guardrail ${setting} wants ${bound}`,
    },
  ];
  const {
    minimumReplicationFactorFail: minFail,
    minimumReplicationFactorWarn: minWarn,
    maximumReplicationFactorFail: maxFail,
    maximumReplicationFactorWarn: maxWarn,
  } = guardrails;
  if (minFail !== undefined && replicas < minFail) {
    return finding(
      'deny',
      `at least ${minFail}`,
      'minimum_replication_factor_fail_threshold',
    );
  }
  if (maxFail !== undefined && replicas > maxFail) {
    return finding(
      'deny',
      `at most ${maxFail}`,
      'maximum_replication_factor_fail_threshold',
    );
  }
  if (minWarn !== undefined && replicas < minWarn) {
    return finding(
      'warn',
      `at least ${minWarn}`,
      'minimum_replication_factor_warn_threshold',
    );
  }
  if (maxWarn !== undefined && replicas > maxWarn) {
    return finding(
      'warn',
      `at most ${maxWarn}`,
      'maximum_replication_factor_warn_threshold',
    );
  }
  return [];
}

/** A number with its noun. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
