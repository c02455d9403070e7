import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { quoteIdentifier } from '../cql/quote';
import { ALL_KEYSPACES, ALL_ROLES } from '../roles/resourceNames';
import type { CassandraSession } from '../session/CassandraSession';
import type { Deadline } from '../session/Deadline';

/** What the role that the portal logs in as may do everywhere. */
export interface Provisioner {
  superuser: boolean;
  onAllKeyspaces: Set<string>;
  onAllRoles: Set<string>;
  /** Set when the cluster checks no permissions, in its own words. */
  uncheckedBecause?: string;
}

/** Reads the provisioner's wide permissions, those of roles that it is a member of included. */
export async function readProvisioner(
  session: CassandraSession,
  deadline: Deadline,
): Promise<Provisioner> {
  const me = quoteIdentifier(session.username);
  try {
    const [roles, keyspaces, onRoles] = await Promise.all([
      session.read(`LIST ROLES OF ${me}`, deadline),
      session.read(`LIST ALL PERMISSIONS ON ALL KEYSPACES OF ${me}`, deadline),
      session.read(`LIST ALL PERMISSIONS ON ALL ROLES OF ${me}`, deadline),
    ]);
    const on = (resource: string, rows: typeof roles) =>
      new Set(
        rows
          .filter(row => row.resource === resource)
          .map(row => String(row.permission)),
      );
    return {
      superuser: roles.some(row => row.super),
      onAllKeyspaces: on(ALL_KEYSPACES, keyspaces),
      onAllRoles: on(ALL_ROLES, onRoles),
    };
  } catch (error) {
    if (
      isProviderError(error) &&
      /AllowAll|not supported by|have to be logged in/i.test(error.message)
    ) {
      return {
        superuser: false,
        onAllKeyspaces: new Set(),
        onAllRoles: new Set(),
        uncheckedBecause: error.message,
      };
    }
    throw error;
  }
}
