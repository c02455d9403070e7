import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { Address } from '../connection/Addresses';
import type { Place, ServerState } from './conditions';
import { ok } from './ok';

const LOCAL = /^(localhost|127\..*|::1)$/;

function isLocal({ host }: Address): boolean {
  return LOCAL.test(host);
}

/** What every connection sets, so that a tenant's functions are never found first. */
const SEARCH_PATH = 'pg_catalog';

/** Where the connection has led to, and by which way. */
export function placeConditions(
  state: ServerState,
  place: Place,
): InstanceCondition[] {
  return [
    writable(state),
    pooler(state, place),
    encryption(state, place),
    ...clientEncryption(place),
  ];
}

function writable({ inRecovery, readOnly }: ServerState): InstanceCondition {
  if (inRecovery) {
    return {
      type: 'Writable',
      status: 'error',
      message:
        'The server is a standby and takes no changes; point admin.host at the primary, or list all hosts there',
    };
  }
  return readOnly
    ? {
        type: 'Writable',
        status: 'error',
        message:
          'Transactions are read-only, by default_transaction_read_only of the server, the database or the role; an administrator ends that with: ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf();',
      }
    : ok('Writable', 'The server takes changes');
}

/**
 * A pooler announces a process of its own making to each client, so that one cannot cancel the
 * queries of another: PgBouncer draws it at random.
 */
function pooler(
  { backendPid, searchPath }: ServerState,
  { announcedPid }: Place,
): InstanceCondition {
  if (announcedPid === undefined || announcedPid === backendPid) {
    return ok('Pooler', 'The connection leads to the server itself');
  }
  const found = `The connection leads through a pooler: process ${announcedPid} was announced, and ${backendPid} answers. Its sessions may be anybody’s, and it has to know every database; point admin.host at the server itself and name the pooler in client.pooler`;
  return searchPath === SEARCH_PATH
    ? { type: 'Pooler', status: 'warn', message: found }
    : {
        type: 'Pooler',
        status: 'error',
        message: `${found}. It drops what connections set, so that functions of a tenant could be found before those of pg_catalog`,
      };
}

function encryption(
  { encrypted, local }: ServerState,
  { sslmode }: Place,
): InstanceCondition {
  if (encrypted && sslmode === 'require') {
    return {
      type: 'Encryption',
      status: 'warn',
      message:
        'The connection is encrypted, and nobody has proven who answers; give the authority in admin.caFile and set admin.sslmode to verify-full',
    };
  }
  if (encrypted) {
    return ok('Encryption', `The connection is encrypted, by ${sslmode}`);
  }
  return local
    ? ok('Encryption', 'The connection does not leave the machine')
    : {
        type: 'Encryption',
        status: 'warn',
        message:
          'The connection is not encrypted, and with it go the verifiers of all passwords; an administrator switches ssl on in postgresql.conf, and admin.sslmode becomes verify-full',
      };
}

function clientEncryption({ client }: Place): InstanceCondition[] {
  return client.sslmode === 'disable' && !client.hosts.every(isLocal)
    ? [
        {
          type: 'ClientEncryption',
          status: 'warn',
          message:
            'Clients are told to connect without encryption; set client.sslmode to verify-full once the server has a certificate',
        },
      ]
    : [];
}
