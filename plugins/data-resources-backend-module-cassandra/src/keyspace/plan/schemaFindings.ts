import type {
  Finding,
  InstanceProbe,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../../cql/quote';
import { placeOf } from '../../cql/schema/tokenize';
import type { ClusterFacts } from '../../probe/facts';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { schemaOf } from '../schemaOf';
import { schemaGuardrails } from './schemaGuardrails';
import { versionFindings } from './versionFindings';

const path = 'spec.schema';

/** The rules for a first schema that depend on the keyspace and the cluster. */
export function schemaFindings(
  keyspace: string,
  spec: KeyspaceSpec,
  instance: InstanceProbe,
): Finding[] {
  if (spec.schema === undefined) {
    return [];
  }
  const { statements } = schemaOf(spec);
  return [
    ...keyspaceFindings(keyspace, spec),
    ...versionFindings(statements, instance),
    ...schemaGuardrails(statements, instance.facts as ClusterFacts),
    {
      policy: 'cassandra/schema-owner',
      effect: 'info',
      path,
      message: `The portal's role makes these, and gives up what Cassandra gives the maker of a table; it holds on the keyspace what it always does. They are for the role owner to change and to drop: the portal makes them once and compares them no more`,
    },
  ];
}

/** What is made by now belongs to those who use it. */
export function schemaChangeFindings({
  current,
  desired,
}: PlanInput<KeyspaceSpec>): Finding[] {
  return current === undefined || current.schema === desired!.schema
    ? []
    : [
        {
          policy: 'cassandra/schema-once',
          effect: 'deny',
          path,
          message:
            current.schema === undefined
              ? 'A first schema is run when a keyspace is made, and this one is there already. Leave schema out, and make tables in CQL with the login of an owner'
              : 'The first schema was run when the keyspace was made; its tables belong to those who use it since. Leave schema as it was agreed, and change tables in CQL with the login of an owner',
        },
      ];
}

/** A schema is for the keyspace that is asked for, whatever it says. */
function keyspaceFindings(keyspace: string, spec: KeyspaceSpec): Finding[] {
  const other = schemaOf(spec).qualifiers.find(({ name }) => name !== keyspace);
  return other === undefined
    ? []
    : [
        {
          policy: 'cassandra/schema-keyspace',
          effect: 'deny',
          path,
          message: `${placeOf(
            spec.schema!,
            other.offset,
          )}: found the keyspace "${
            other.name
          }"; a first schema is for its own keyspace alone. Leave the keyspace out before names, or write ${quoteIdentifier(
            keyspace,
          )}`,
        },
      ];
}
