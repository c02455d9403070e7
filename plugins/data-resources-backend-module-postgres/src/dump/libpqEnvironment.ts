import { promises as fs } from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import type { InstanceConfig } from '../config/readInstanceConfig';

/** By what the server's sessions tell a `pg_dump` of ours. */
export const DUMP_APPLICATION = 'data-resources-dump';

/**
 * What PostgreSQL's own programs are told by their environment: no argument holds anything of it, for
 * those every user of the machine can see. Nothing of this process's own environment but the PATH.
 *
 * @param folder - a private one, for the authorities that libpq reads from a file
 */
export async function libpqEnvironment(
  {
    hosts,
    user,
    password,
    sslmode,
    ca,
    callTimeoutMs,
  }: InstanceConfig['admin'],
  database: string,
  folder: string,
): Promise<NodeJS.ProcessEnv> {
  const verifies = sslmode === 'verify-ca' || sslmode === 'verify-full';
  const authorities = path.join(folder, 'authorities.pem');
  if (verifies) {
    await fs.writeFile(authorities, ca ?? rootCertificates.join('\n'), {
      mode: 0o600,
    });
  }
  return {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    PGHOST: hosts.map(({ host }) => host).join(','),
    PGPORT: hosts.map(({ port }) => port).join(','),
    ...(hosts.length > 1 ? { PGTARGETSESSIONATTRS: 'read-write' } : {}),
    PGUSER: user,
    PGPASSWORD: password,
    PGDATABASE: database,
    PGSSLMODE: sslmode,
    ...(verifies ? { PGSSLROOTCERT: authorities } : {}),
    PGCONNECT_TIMEOUT: String(Math.ceil(callTimeoutMs / 1_000)),
    PGAPPNAME: DUMP_APPLICATION,
  };
}
