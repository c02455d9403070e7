import {
  fieldPath,
  type Finding,
  type PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { ident } from '../sql/identifiers';
import { checkDatabaseName, groupRoles, reservedName } from '../type/names';
import { type DatabaseSpec, specSchema } from '../type/specSchema';
import { INTERRUPTED_DROP } from './catalog';
import {
  type AdoptionFacts,
  observedFacts,
  observedSpec,
  type OwningRole,
  serverFacts,
} from './facts';
import { deny, denyForNow, info, warn } from './findings';

type Input = PlanInput<DatabaseSpec>;

/** Why a database cannot be adopted, and what an administrator would have to run. */
export function adoptDenials(input: Input, config: InstanceConfig): Finding[] {
  const { object, observed, instance } = input;
  const { name } = object;
  if (!observed.exists) {
    return [deny('gone', 'name', `There is no database ${name} on the server`)];
  }
  if (observed.ours) {
    return [
      deny('adopted', 'name', `The database ${name} is managed here already`),
    ];
  }
  const { adoption, foreignRoles, closed } = observedFacts(observed.facts);
  const { provisioner } = serverFacts(instance.facts);
  const findings = [
    ...nameDenials(name, foreignRoles, config),
    ...specDenials(observedSpec(observed)),
  ];
  if (observedSpec(observed).connectionLimit === INTERRUPTED_DROP) {
    return [
      deny(
        'interrupted-drop',
        'name',
        `A DROP DATABASE of ${name} was interrupted, and nothing but another DROP works on it`,
      ),
    ];
  }
  if (closed) {
    findings.push(
      deny(
        'closed',
        'name',
        `The database refuses all connections, so that nothing can be prepared in it. An administrator opens it with: ALTER DATABASE ${ident(
          name,
        )} ALLOW_CONNECTIONS true;`,
      ),
    );
  } else if (!adoption) {
    findings.push(
      denyForNow(
        'may-not-connect',
        'name',
        `${provisioner} cannot connect to the database. An administrator lets it in with: GRANT CONNECT ON DATABASE ${ident(
          name,
        )} TO ${ident(provisioner)};`,
      ),
    );
  } else {
    findings.push(...ownerDenials(name, adoption, provisioner));
  }
  return findings;
}

function nameDenials(
  name: string,
  foreignRoles: string[],
  { admin }: InstanceConfig,
): Finding[] {
  const reserved = reservedName(name, admin.database);
  return [
    ...(reserved
      ? [
          deny(
            'reserved-name',
            'name',
            `${name} cannot be adopted: ${reserved}`,
          ),
        ]
      : checkDatabaseName(name).map(problem =>
          deny('adopt-name', 'name', problem),
        )),
    ...(foreignRoles.length > 0
      ? [
          deny(
            'role-exists',
            'name',
            `The database needs group roles of its own, and ${foreignRoles.join(
              ', ',
            )} exists already. If that is another portal's, the database is managed there; else an administrator drops or renames the role`,
          ),
        ]
      : []),
  ];
}

/** What stands there would have to be agreed on, and no spec can say it. */
function specDenials(spec: object): Finding[] {
  const parsed = specSchema.safeParse(spec);
  return parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) =>
        deny(
          'adopt-spec',
          fieldPath(['spec', ...path.map(String)]),
          `The database is of a kind that is not managed here: ${message}`,
        ),
      );
}

function ownerDenials(
  name: string,
  { owner, isTemplate }: AdoptionFacts,
  provisioner: string,
): Finding[] {
  if (isTemplate) {
    return [
      deny('template', 'name', `${name} is a template for other databases`),
    ];
  }
  if (owner.self) {
    return [];
  }
  if (owner.superuser) {
    return [
      deny(
        'owner-is-superuser',
        'name',
        `The database belongs to ${
          owner.name
        }, a superuser, as whom the portal never acts. An administrator hands it over with: ALTER DATABASE ${ident(
          name,
        )} OWNER TO ${ident(
          provisioner,
        )}; a superuser goes on with all that it may`,
      ),
    ];
  }
  return owner.administered
    ? []
    : [
        denyForNow(
          'owner-not-administered',
          'name',
          `The database belongs to ${
            owner.name
          }, and ${provisioner} may not act for that role. An administrator lets it, without letting it read anything, with: ${letAct(
            owner.name,
            provisioner,
          )}`,
        ),
      ];
}

function letAct(role: string, provisioner: string): string {
  return `GRANT ${ident(role)} TO ${ident(
    provisioner,
  )} WITH ADMIN true, INHERIT false, SET false;`;
}

/** What whoever decides should know of a database that can be adopted. */
export function adoptNotes(input: Input, facts: AdoptionFacts): Finding[] {
  const { name } = input.object;
  const { provisioner } = serverFacts(input.instance.facts);
  const groups = groupRoles(name);
  const { owner, owners, isPublic } = facts;
  const others = owners.filter(
    role => !role.self && (!role.administered || role.superuser),
  );
  const owned = owners.filter(role => !others.includes(role));
  return [
    ...(owner.self
      ? []
      : [
          info(
            'adopt-owner',
            'name',
            `${owner.name} stays the owner of the database: it can go on to drop, rename or open it, and ${groups.dba} becomes a member of it`,
          ),
        ]),
    ...(isPublic
      ? [
          warn(
            'adopt-public',
            'name',
            `Every login of the server may connect to the database, and goes on to: PUBLIC has CONNECT`,
          ),
        ]
      : []),
    ...(owned.length > 0
      ? [
          info(
            'adopt-tables',
            'name',
            `What is there stays ${namesOf(
              owned,
            )}'s. Whoever is made an owner here may read and write it and create beside it, and not alter or drop it`,
          ),
        ]
      : []),
    ...others.map(role => unreachable(role, groups.ro, provisioner)),
  ];
}

function unreachable(
  { name, superuser, schemas }: OwningRole & { schemas: string[] },
  ro: string,
  provisioner: string,
): Finding {
  const where = `${name} owns objects in ${schemas.join(
    ', ',
  )}, and ${provisioner} may not act for that role, so that nobody who is granted access here reaches them`;
  return warn(
    'adopt-others-objects',
    'name',
    superuser
      ? `${where}. It is a superuser: an administrator gives access by hand, to ${ro} and the other group roles, or gives the objects to a plain role before they are adopted`
      : `${where}. An administrator changes that beforehand with: ${letAct(
          name,
          provisioner,
        )}`,
  );
}

function namesOf(roles: OwningRole[]): string {
  return roles.map(({ name }) => name).join(', ');
}
