import type {
  Change,
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import { dialectOf } from '../sql/dialect';
import { ident } from '../sql/identifiers';
import { groupRoles } from '../type/names';
import type { DatabaseSpec } from '../type/specSchema';
import {
  type MissingPrivileges,
  observedFacts,
  observedSpec,
  serverFacts,
} from './facts';
import { INTERRUPTED_DROP } from './catalog';
import { denyForNow } from './findings';

type Input = PlanInput<DatabaseSpec>;

/** Whether somebody else than the portal has closed the database. */
export function isClosedByOthers({ observed }: Input): boolean {
  const { closed, closedHere } = observedFacts(observed.facts);
  return (
    Boolean(closed) &&
    !closedHere &&
    observedSpec(observed).connectionLimit !== INTERRUPTED_DROP
  );
}

/** What somebody took, and an update gives again. No spec says it, so that it is access. */
export function upkeepChanges(input: Input): Change[] {
  const { object, observed } = input;
  const { missing = {} } = observedFacts(observed.facts);
  const { owner } = groupRoles(object.name);
  const given = (role: string, what: string): Change => ({
    path: `access.${role}.${what}`,
    to: 'as it was made',
    kind: 'in-place',
  });
  return [
    ...(isClosedByOthers(input)
      ? [
          {
            path: 'access.connections',
            from: 'refused',
            to: 'allowed',
            kind: 'in-place' as const,
          },
        ]
      : []),
    ...(missing.roles ?? []).map(role => given(role, 'group role')),
    ...privilegesOf(missing).map(({ grantee, privilege, on, creator }) =>
      given(
        grantee,
        `${privilege} on ${
          on === 'schema' || on === 'database'
            ? on
            : `${on} of ${creator ?? owner}`
        }${on === 'schema' ? ' public' : ''}`,
      ),
    ),
  ];
}

function privilegesOf({
  database = [],
  schema = [],
  defaults = [],
}: MissingPrivileges) {
  return [
    ...database.map(each => ({ ...each, on: 'database', creator: undefined })),
    ...schema.map(each => ({ ...each, on: 'schema', creator: undefined })),
    ...defaults.map(each => ({
      ...each,
      on: each.kind,
      creator: each.creator,
    })),
  ].flatMap(({ grantee, privileges, on, creator }) =>
    privileges.map(privilege => ({ grantee, privilege, on, creator })),
  );
}

/** What the portal may not put back, with what an administrator runs. Nothing works until then. */
export function brokenFindings(input: Input): Finding[] {
  const { object, observed } = input;
  const { broken = {} } = observedFacts(observed.facts);
  const { name } = object;
  const { dba } = groupRoles(name);
  return [
    ...(broken.owner === undefined
      ? []
      : [
          denyForNow(
            'owner-changed',
            'name',
            `The database belongs to ${
              broken.owner
            }, and no longer to ${dba}. An administrator gives it back with: ALTER DATABASE ${ident(
              name,
            )} OWNER TO ${ident(dba)};`,
          ),
        ]),
    ...Object.entries(broken.renamed ?? {}).map(([role, other]) =>
      denyForNow(
        'role-renamed',
        'name',
        `Somebody renamed the group role ${role} to ${other}; an administrator renames it back with: ALTER ROLE ${ident(
          other,
        )} RENAME TO ${ident(role)};`,
      ),
    ),
    ...(broken.superusers ?? []).map(role =>
      denyForNow(
        'role-superuser',
        'name',
        `Somebody made the group role ${role} a superuser, whom only superusers may change; an administrator ends that with: ALTER ROLE ${ident(
          role,
        )} NOSUPERUSER;`,
      ),
    ),
    ...unreachableFindings(input),
  ];
}

/** Whom nobody can be made a member of, or cease to be one. */
export function unreachableFindings({ observed, instance }: Input): Finding[] {
  const { broken = {} } = observedFacts(observed.facts);
  const { provisioner, server } = serverFacts(instance.facts);
  if (!dialectOf(server).has('adminByMembership')) {
    // What reaches all roles or none is CREATEROLE, and told of the server.
    return [];
  }
  return (broken.unreachable ?? []).map(role =>
    denyForNow(
      'role-not-administered',
      'name',
      `${provisioner} holds ADMIN on the group role ${role} no longer; an administrator gives it back with: GRANT ${ident(
        role,
      )} TO ${ident(provisioner)} WITH ADMIN true, INHERIT false, SET false;`,
    ),
  );
}
