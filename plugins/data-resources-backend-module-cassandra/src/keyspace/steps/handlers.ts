import { adoptKeyspace } from './adoptKeyspace';
import { alterKeyspace } from './alterKeyspace';
import { beginAdoption } from './beginAdoption';
import { createGroupRoles } from './createGroupRoles';
import { createKeyspace } from './createKeyspace';
import { createObject } from './createObject';
import { dropKeyspace } from './dropKeyspace';
import { dropGroupRoles, releaseLogins } from './dropRoles';
import { ensureLogins } from './ensureLogins';
import { grantPermissions } from './grantPermissions';
import { releaseTables } from './releaseTables';
import { revokeCreatedTables } from './revokeCreatedTables';
import { revokePermissions } from './revokePermissions';
import { grantRole, revokeRole } from './roleMembership';
import { shutGroupRoles } from './shutGroupRoles';
import type { StepKind } from './StepArgs';
import type { StepHandler } from './StepHandler';

/** How each kind of step is checked and done. */
export const handlers: { readonly [K in StepKind]: StepHandler<K> } = {
  'create-keyspace': createKeyspace,
  'alter-keyspace': alterKeyspace,
  'create-object': createObject,
  'release-tables': releaseTables,
  'create-group-roles': createGroupRoles,
  'grant-permissions': grantPermissions,
  'begin-adoption': beginAdoption,
  'adopt-keyspace': adoptKeyspace,
  'revoke-permissions': revokePermissions,
  'shut-group-roles': shutGroupRoles,
  'ensure-logins': ensureLogins,
  'grant-role': grantRole,
  'revoke-role': revokeRole,
  'revoke-created-tables': revokeCreatedTables,
  'drop-keyspace': dropKeyspace,
  'drop-group-roles': dropGroupRoles,
  'release-logins': releaseLogins,
};
