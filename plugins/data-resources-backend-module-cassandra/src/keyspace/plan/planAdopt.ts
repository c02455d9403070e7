import {
  type Change,
  fieldPath,
  type Finding,
  type PlanInput,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import { alterKeyspace, dropRole, grantKeyspaceTo } from '../../cql/statements';
import type { ClusterFacts } from '../../probe/facts';
import {
  type KeyspaceSpec,
  keyspaceSpecSchema,
  STRATEGY,
} from '../keyspaceSpec';
import type { KeyspaceFacts, KeyspaceIdentity } from '../observation';
import { nameFindings } from './findings';
import { adoptSteps, groupPermissions } from './steps';

type Input = PlanInput<KeyspaceSpec>;

/** What a keyspace's maker was given, and all that the portal does to it needs. */
const NEEDED = ['ALTER', 'AUTHORIZE', 'CREATE', 'DROP', 'MODIFY', 'SELECT'];

/** Makes a keyspace ours that somebody else made, and takes nothing from anybody. */
export function planAdopt(input: Input): ProviderPlan {
  const { object, observed } = input;
  const findings = findingsOfAdopt(input);
  if (findings.some(({ effect }) => effect === 'deny')) {
    return { changes: [], steps: [], findings, risk: 'low' };
  }
  const { definedAt } = observed.identity as KeyspaceIdentity;
  return {
    changes: [
      { path: 'adopted', from: false, to: true, kind: 'in-place' },
      ...groupPermissions(object.name).map(
        ({ role, permissions, on }): Change => ({
          path: `permissions.${role}`,
          to: `${permissions.join(', ')} on ${
            on === 'keyspace' ? 'the keyspace' : 'all its tables'
          }`,
          kind: 'create',
        }),
      ),
    ],
    steps: adoptSteps(object.name, definedAt),
    findings,
    risk: 'low',
  };
}

function findingsOfAdopt(input: Input): Finding[] {
  const { object, observed } = input;
  const { name } = object;
  if (!observed.exists) {
    return [
      deny('keyspace-gone', `There is no keyspace "${name}" on the cluster`),
    ];
  }
  if (observed.ours) {
    return [deny('adopted', `The keyspace "${name}" is managed here already`)];
  }
  return [
    ...nameFindings(name),
    ...roleFindings(input),
    ...rightsFindings(input),
    ...specFindings(input),
    {
      policy: 'cassandra/adopt-others',
      effect: 'info',
      message: `Whoever has permissions on "${name}" keeps them, and goes on to have them when it is in quarantine`,
    },
  ];
}

/**
 * A role that is there already may have members, who would get in, unless an adoption of ours made
 * it and did not come to its end.
 */
function roleFindings({ observed, object }: Input): Finding[] {
  const { adopted } = (object.identity ?? {}) as Partial<KeyspaceIdentity>;
  const foreign = (observed.facts as KeyspaceFacts).groupRoles.filter(
    ({ made }) => !made || adopted !== object.name,
  );
  return foreign.map(({ name }) =>
    deny(
      'role-exists',
      `The role "${name}" exists already, and the keyspace "${
        object.name
      }" needs one of that name for itself. If another portal made it, the keyspace is managed there; else an administrator runs: ${dropRole(
        name,
      )}`,
    ),
  );
}

function rightsFindings({ observed, object, instance }: Input): Finding[] {
  const { held = [] } = observed.facts as KeyspaceFacts;
  const { provisioner } = instance.facts as ClusterFacts;
  const missing = NEEDED.filter(permission => !held.includes(permission));
  return missing.length === 0
    ? []
    : [
        {
          ...deny(
            'provisioner-rights',
            `The portal's role "${provisioner}" lacks ${missing.join(
              ', ',
            )} on the keyspace "${
              object.name
            }", which whoever makes one is given. An administrator lets it be adopted by: ${grantKeyspaceTo(
              object.name,
              provisioner,
            )}`,
          ),
          retryable: true,
        },
      ];
}

/** What stands there would have to be agreed on, and no spec can say it. */
function specFindings({ observed, object, instance }: Input): Finding[] {
  const { strategy } = observed.facts as KeyspaceFacts;
  const spec = observed.spec as KeyspaceSpec;
  if (strategy !== STRATEGY) {
    const replicas = spec.replication.replication_factor;
    const dataCenters = instance.topology.dataCenters as {
      [name: string]: number;
    };
    const advice =
      replicas > 0
        ? ` by, for the same number of replicas everywhere: ${alterKeyspace({
            keyspace: object.name,
            replication: Object.fromEntries(
              Object.entries(dataCenters).map(([dataCenter, nodes]) => [
                dataCenter,
                Math.min(replicas, nodes),
              ]),
            ),
            durableWrites: spec.durableWrites,
          })}; and then on every node: nodetool repair -full ${object.name}`
        : '';
    return [
      deny(
        'adopt-strategy',
        `The keyspace "${object.name}" uses ${strategy}; only those of ${STRATEGY} are managed here. An administrator changes it${advice}`,
      ),
    ];
  }
  const parsed = keyspaceSpecSchema.safeParse(spec);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({
        ...deny('adopt-spec', `As the keyspace is now: ${message}`),
        path: fieldPath(['spec', ...path.map(String)]),
      }));
}

function deny(rule: string, message: string): Finding {
  return { policy: `cassandra/${rule}`, effect: 'deny', path: 'name', message };
}
