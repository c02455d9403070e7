import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { ident } from '../sql/identifiers';
import { groupRoles } from '../type/names';
import {
  hasRoomForRoles,
  MAX_SCHEMA_ROLE_STEM,
  SCHEMA_GROUPS,
  schemaRoles,
} from '../type/schemas';
import type { DatabaseSpec } from '../type/specSchema';
import type { SchemaDifferences } from './differences';
import { type ObservedFacts, observedFacts } from './facts';
import { deny, warn } from './findings';

const PATH = 'spec.schemas';

/** Whether the group roles of the schemas can be had: their names fit, and are nobody else's. */
export function schemaFindings(
  database: string,
  schemas: readonly string[],
  { foreignSchemaRoles = [], schemas: found = [] }: ObservedFacts,
): Finding[] {
  return schemas.flatMap(schema => {
    const roles = SCHEMA_GROUPS.map(
      group => schemaRoles(database, schema)[group],
    );
    if (!hasRoomForRoles(database, schema)) {
      return deny(
        'schema-name',
        PATH,
        `The schema ${schema} needs the group role ${database}.${schema}_owner, and PostgreSQL cuts names after 63 characters; the names of database and schema may have ${MAX_SCHEMA_ROLE_STEM} together, and have ${
          database.length + schema.length
        }`,
      );
    }
    const other = found.find(({ name, ours }) => name === schema && !ours);
    if (other) {
      return deny(
        'schema-exists',
        PATH,
        `The schema ${schema} exists already and belongs to ${
          other.owner
        }. Choose another name; or, for the portal to take it over with what is in it, an administrator runs, in the database ${database}: ALTER SCHEMA ${ident(
          schema,
        )} OWNER TO ${ident(
          groupRoles(database).dba,
        )}; What is in it stays whose it is, and PUBLIC loses the schema`,
      );
    }
    const taken = roles.filter(role => foreignSchemaRoles.includes(role));
    return taken.length === 0
      ? []
      : deny(
          'role-exists',
          PATH,
          `The schema ${schema} needs group roles of its own, and ${taken.join(
            ', ',
          )} exists already; choose another name, or ask the platform team to drop or rename the role`,
        );
  });
}

/** What adding and removing schemas does to what is there. */
export function schemaChangeFindings(
  { object, observed }: PlanInput<DatabaseSpec>,
  { create, mend, drop }: SchemaDifferences,
): Finding[] {
  const facts = observedFacts(observed.facts);
  return [
    ...schemaFindings(object.name, [...create, ...mend], facts),
    ...drop.map(schema => {
      const { contents = [] } =
        facts.schemas?.find(({ name }) => name === schema) ?? {};
      return contents.length > 0
        ? deny(
            'schema-not-empty',
            PATH,
            `The schema ${schema} holds ${contents.join(
              ', ',
            )}. It is only dropped when it is empty: an owner moves or drops what is in it first, or it stays in the spec`,
          )
        : warn(
            'schema-drop',
            PATH,
            `The schema ${schema} goes with its group roles: whoever was a member of ${Object.values(
              schemaRoles(object.name, schema),
            )
              .slice(1)
              .join(
                ', ',
              )} is none any more. PostgreSQL refuses when something was made in it meanwhile, and then nothing is changed`,
          );
    }),
  ];
}
