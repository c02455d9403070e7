import {
  fieldPath,
  type Finding,
  type PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { dropRole, grantKeyspaceTo } from '../../cql/statements';
import type { ClusterFacts, Guardrails } from '../../probe/facts';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { isReserved, META_KEYSPACE, whyQuoted } from '../names';
import type { KeyspaceFacts } from '../observation';

type Input = PlanInput<KeyspaceSpec>;

/** The engine's and the instance's own rules for a new keyspace. */
export function findingsOfCreate(input: Input): Finding[] {
  const { name } = input.object;
  const facts = input.instance.facts as ClusterFacts;
  return [
    ...nameFindings(name),
    ...replicationFindings(input.desired!, input),
    ...keyspaceCountFindings(facts),
    ...roleFindings(input),
  ];
}

/** A right can be given only on a keyspace that is ours. */
export function findingsOfGrant({
  object,
  observed,
  instance,
}: Input): Finding[] {
  if (observed.exists && observed.ours) {
    return rightsFindings(
      object.name,
      observed.facts as KeyspaceFacts,
      instance,
    );
  }
  return [
    {
      policy: 'cassandra/keyspace-gone',
      effect: 'deny',
      path: 'resourceId',
      message: observed.exists
        ? `The keyspace "${object.name}" is not the one that was created here: somebody has made another of the same name`
        : `The keyspace "${object.name}" is not on the cluster any more: somebody has dropped it`,
    },
  ];
}

/** What a delete would run into. */
export function findingsOfDelete({
  object,
  observed,
  instance,
}: Input): Finding[] {
  if (observed.exists && !observed.ours) {
    return [
      {
        policy: 'cassandra/keyspace-gone',
        effect: 'info',
        message: `The keyspace "${object.name}" that stands there now is not the one that was created here; it is left alone`,
      },
    ];
  }
  if (!observed.exists) {
    return [];
  }
  const facts = instance.facts as ClusterFacts;
  const findings = rightsFindings(
    object.name,
    observed.facts as KeyspaceFacts,
    instance,
  );
  if (facts.guardrails.dropKeyspaceEnabled === false) {
    findings.push({
      policy: 'cassandra/guardrail-drop-keyspace',
      effect: 'deny',
      message:
        'The cluster refuses every DROP KEYSPACE: its guardrail drop_keyspace_enabled is false. An administrator has to set it to true',
    });
  }
  return findings;
}

function nameFindings(name: string): Finding[] {
  const path = 'name';
  if (isReserved(name)) {
    return [
      {
        policy: 'cassandra/reserved-name',
        effect: 'deny',
        path,
        message: `"${name}" is reserved: names that begin with "system" are Cassandra's own, and "${META_KEYSPACE}" is the portal's. Choose another`,
      },
    ];
  }
  const reason = whyQuoted(name);
  return reason === undefined
    ? []
    : [
        {
          policy: 'cassandra/quoted-name',
          effect: 'warn',
          path,
          message: `Clients will have to write "${name}" in double quotes, for ${reason}. A name of a-z, 0-9 and _ that begins with a letter needs none`,
        },
      ];
}

function replicationFindings(
  spec: KeyspaceSpec,
  { instance }: Input,
): Finding[] {
  const known = instance.topology.dataCenters ?? {};
  const { guardrails, limits } = instance.facts as ClusterFacts;
  return Object.keys(spec.replication)
    .sort()
    .flatMap(dataCenter => {
      const replicas = spec.replication[dataCenter];
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

function keyspaceCountFindings({
  guardrails,
  userKeyspaces,
}: ClusterFacts): Finding[] {
  const { keyspacesFail, keyspacesWarn } = guardrails;
  const after = userKeyspaces + 1;
  const finding = (
    effect: 'deny' | 'warn',
    threshold: number,
    setting: string,
  ) => [
    {
      policy: 'cassandra/guardrail-keyspaces',
      effect,
      message: `The cluster would have ${after} keyspaces; its guardrail ${setting} is ${threshold}`,
    },
  ];
  if (keyspacesFail !== undefined && after > keyspacesFail) {
    return finding('deny', keyspacesFail, 'keyspaces_fail_threshold');
  }
  return keyspacesWarn !== undefined && after > keyspacesWarn
    ? finding('warn', keyspacesWarn, 'keyspaces_warn_threshold')
    : [];
}

/** A role that is there already may have members, who would get in. */
function roleFindings({ object, observed }: Input): Finding[] {
  if (observed.exists) {
    return [];
  }
  return (observed.facts as KeyspaceFacts).groupRoles.map(({ name }) => ({
    policy: 'cassandra/role-exists',
    effect: 'deny',
    path: 'name',
    message: `The role "${name}" exists already, and the keyspace "${
      object.name
    }" needs one of that name. Choose another name, or have an administrator run: ${dropRole(
      name,
    )}`,
  }));
}

function rightsFindings(
  name: string,
  facts: KeyspaceFacts,
  instance: Input['instance'],
): Finding[] {
  return facts.rightsHeld
    ? []
    : [
        {
          policy: 'cassandra/provisioner-rights',
          effect: 'deny',
          message: `The portal's role has lost its permissions on the keyspace "${name}". An administrator gives them back by: ${grantKeyspaceTo(
            name,
            (instance.facts as ClusterFacts).provisioner,
          )}`,
        },
      ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
