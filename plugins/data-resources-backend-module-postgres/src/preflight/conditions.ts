import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { InstanceConfig, SslMode } from '../config/readInstanceConfig';
import { ident } from '../sql/identifiers';
import { dialectOf, type ServerVersion } from '../sql/dialect';
import { placeConditions } from './placeConditions';
import { ok } from './ok';
import { versionConditions } from './versionConditions';

/** What a probe reads of the server and of the provisioner's place in it. */
export interface ServerState extends ServerVersion {
  version: string;
  /** The provisioner. */
  user: string;
  isSuperuser: boolean;
  canCreateRoles: boolean;
  canCreateDatabases: boolean;
  /** Whether it has the rights of the roles that it is a member of. */
  inherits: boolean;
  seesStatistics: boolean;
  /** Of the server's own databases those that every login may connect to. */
  openDatabases: string[];
  inRecovery: boolean;
  readOnly: boolean;
  /** The process that serves the session. */
  backendPid: number;
  searchPath: string;
  encrypted: boolean;
  /** Whether the session comes from the server's own machine. */
  local: boolean;
}

/** What the connection and the configuration tell besides. */
export interface Place {
  /** The process that was announced when the connection was opened. */
  announcedPid: number | undefined;
  sslmode: SslMode;
  client: Pick<InstanceConfig['client'], 'hosts' | 'sslmode'>;
}

/** What is right and wrong with a server, each with what mends it. */
export function conditionsOf(
  state: ServerState,
  place: Place,
): InstanceCondition[] {
  const user = ident(state.user);
  return [
    ...versionConditions(state),
    ...placeConditions(state, place),
    right(state.canCreateRoles, 'CREATEROLE', state.user, user),
    right(state.canCreateDatabases, 'CREATEDB', state.user, user),
    superuser(state),
    state.openDatabases.length > 0
      ? {
          type: 'PublicConnect',
          status: 'warn',
          message: `Every login may connect to ${state.openDatabases.join(
            ' and ',
          )}; an administrator closes that with: REVOKE CONNECT ON DATABASE ${ident(
            ...state.openDatabases,
          )} FROM PUBLIC; GRANT CONNECT ON DATABASE postgres TO ${user};`,
        }
      : ok('PublicConnect', 'PUBLIC may not connect to postgres or template1'),
    ok(
      'Statistics',
      state.seesStatistics
        ? `${state.user} sees what sessions do and how large databases are`
        : `${state.user} sees whose sessions there are; what they do, and the size of databases that it may not connect to, it sees after: GRANT pg_read_all_stats TO ${user};`,
    ),
  ];
}

/** What no step gets past, unlike a standby that others know to become the primary. */
const OBSTACLES = ['Version', 'Inherit', 'Superuser', 'CREATEROLE', 'CREATEDB'];

/** The conditions that a plan has to deny by, as texts. */
export function obstaclesAmong(
  conditions: readonly InstanceCondition[],
): string[] {
  return conditions
    .filter(
      ({ type, status }) => status === 'error' && OBSTACLES.includes(type),
    )
    .map(({ message }) => message);
}

function superuser(state: ServerState): InstanceCondition {
  if (!state.isSuperuser) {
    return ok('Superuser', `${state.user} is no superuser`);
  }
  const knowsMakers = dialectOf(state).has('adminByMembership');
  return {
    type: 'Superuser',
    status: knowsMakers ? 'error' : 'warn',
    message: `${state.user} is a superuser, which is more than is needed${
      knowsMakers
        ? ', and no superuser is given ADMIN on what it makes, by which the portal knows its own'
        : ''
    }; mend it with: ALTER ROLE ${ident(
      state.user,
    )} NOSUPERUSER CREATEROLE CREATEDB; or, where that is the first role of the server, give the portal one of its own: CREATE ROLE data_resources LOGIN CREATEROLE CREATEDB PASSWORD '…';`,
  };
}

function right(
  has: boolean,
  name: string,
  user: string,
  quoted: string,
): InstanceCondition {
  return has
    ? ok(name, `${user} has ${name}`)
    : {
        type: name,
        status: 'error',
        message: `${user} lacks ${name}; an administrator gives it with: ALTER ROLE ${quoted} ${name};`,
      };
}
