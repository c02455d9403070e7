import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { dropRole, grantKeyspaceTo } from '../../cql/statements';
import type { ClusterFacts } from '../../probe/facts';
import { refusedToClients } from '../../probe/guardrailConditions';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { isReserved, META_KEYSPACE, whyQuoted } from '../names';
import type { KeyspaceFacts } from '../observation';
import { rackFindings } from './rackFindings';
import { schemaFindings } from './schemaFindings';
import { replicationFindings } from './specFindings';
import { thresholdFinding } from './thresholdFinding';

type Input = PlanInput<KeyspaceSpec>;

/** The engine's and the instance's own rules for a new keyspace. */
export function findingsOfCreate(input: Input): Finding[] {
  const { name } = input.object;
  const facts = input.instance.facts as ClusterFacts;
  return [
    ...nameFindings(name),
    ...newReplication(input.desired!.replication, input.instance),
    ...keyspaceCountFindings(facts),
    ...schemaFindings(name, input.desired!, input.instance),
    ...clientFindings(facts),
    ...roleFindings(input),
  ];
}

/** Whether the replicas can be where they are asked for, and would survive there. */
function newReplication(
  replication: KeyspaceSpec['replication'],
  instance: Input['instance'],
): Finding[] {
  return [
    ...replicationFindings(replication, instance),
    ...rackFindings(replication, instance).filter(
      ({ effect }) => effect === 'warn',
    ),
  ];
}

/** What only a keyspace that is ours, and that we may still change, lets pass. */
export function findingsOfOurs({
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
    return [foreignInPlace(object.name)];
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
  return [...findings, ...snapshotFindings(facts)];
}

/** What is taken is not taken at once. */
export function notAtOnce(instance: Input['instance']): Finding {
  const { validity } = instance.facts as ClusterFacts;
  return {
    policy: 'cassandra/not-at-once',
    effect: 'info',
    message: `Cassandra has no way to end an open connection. Each statement on it is refused once the node that gets it forgets the roles and permissions it knew: after ${
      validity
        ? `roles_validity (${validity.roles}) and permissions_validity (${validity.permissions}) together`
        : 'roles_validity and permissions_validity together (2 s each unless configured)'
    }`,
  };
}

/** What is left of data that are dropped. */
function snapshotFindings({ autoSnapshot }: ClusterFacts): Finding[] {
  if (!autoSnapshot) {
    return [];
  }
  const { on, ttl } = autoSnapshot;
  return [
    {
      policy: 'cassandra/auto-snapshot',
      effect: 'info',
      message: on
        ? `Each node keeps a snapshot of every table that is dropped (auto_snapshot is on): the data stay on its disks, and take them up, ${
            ttl
              ? `for ${ttl} (auto_snapshot_ttl)`
              : 'until somebody runs nodetool clearsnapshot there'
          }`
        : 'No node keeps anything of tables that are dropped (auto_snapshot is off): without a backup the data are gone for good',
    },
  ];
}

/** A foreign keyspace hinders nobody from being done with ours. */
export function foreignInPlace(name: string): Finding {
  return {
    policy: 'cassandra/keyspace-gone',
    effect: 'info',
    message: `The keyspace "${name}" that stands there now is not the one that was created here; it is left alone`,
  };
}

/** What is wrong with a name, or inconvenient. */
export function nameFindings(name: string): Finding[] {
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

function keyspaceCountFindings({
  guardrails,
  userKeyspaces,
}: ClusterFacts): Finding[] {
  const after = userKeyspaces + 1;
  return thresholdFinding({
    guardrails,
    guardrail: 'keyspaces',
    value: after,
    policy: 'cassandra/guardrail-keyspaces',
    found: `The cluster would have ${after} keyspaces`,
  });
}

/** Told beforehand, for it decides how clients are written. */
function clientFindings({ guardrails }: ClusterFacts): Finding[] {
  const refused = refusedToClients(guardrails);
  return refused.length === 0
    ? []
    : [
        {
          policy: 'cassandra/guardrail-clients',
          effect: 'info',
          message: `The cluster's guardrails refuse clients, owners included: ${refused.join(
            '; ',
          )}`,
        },
      ];
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

/** Whether the portal may still change a keyspace of ours. */
export function rightsFindings(
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
          retryable: true,
          message: `The portal's role has lost its permissions on the keyspace "${name}". An administrator gives them back by: ${grantKeyspaceTo(
            name,
            (instance.facts as ClusterFacts).provisioner,
          )}`,
        },
      ];
}
