import type {
  DiscoveredObject,
  DiscoveryPage,
  OwnerHint,
} from '@data-resources/plugin-data-resources-node';
import type { Session } from '../connection/Session';
import { variant } from '../sql/dialect';
import { groupRoles } from '../type/names';
import { type DatabaseRow, INTERRUPTED_DROP, readCatalog } from './catalog';
import { currentIdentity } from './identity';
import { adoptableSpec } from './observeDatabases';

interface FoundRow {
  name: string;
  comment: string | null;
  /** Whether the owner is one whom the server or the portal works as. */
  ownedByServer: boolean;
  /** Members of the owner, in the order of their names. */
  members: string[];
  /** Others who may do more than connect, or connect by name. */
  grantees: string[];
}

/** `COLLATE "C"` is the order of code points, whatever language the server speaks. */
const DATABASES = `
SELECT datname AS name, shobj_description(d.oid, 'pg_database') AS comment,
  rolsuper OR rolname = session_user AS "ownedByServer",
  ARRAY(SELECT DISTINCT pg_get_userbyid(member)::text FROM pg_auth_members
    WHERE roleid = datdba AND member <> session_user::regrole
      ${variant(
        'membershipOptions',
        'AND (inherit_option OR set_option)',
      )} ORDER BY 1) AS members,
  ARRAY(SELECT DISTINCT pg_get_userbyid(grantee)::text FROM aclexplode(datacl)
    WHERE grantee NOT IN (0, datdba, session_user::regrole) ORDER BY 1) AS grantees
FROM pg_database d JOIN pg_roles r ON r.oid = datdba
WHERE NOT datistemplate AND datname::text COLLATE "C" > $1
ORDER BY datname::text COLLATE "C" LIMIT $2`;

/** What providers of PostgreSQL as a service keep for themselves. */
const PROVIDERS: { [database: string]: string } = {
  rdsadmin: 'Amazon RDS',
  cloudsqladmin: 'Google Cloud SQL',
  alloydbadmin: 'Google AlloyDB',
  azure_maintenance: 'Azure Database for PostgreSQL',
  azure_sys: 'Azure Database for PostgreSQL',
};

/** Databases of a server, templates left out, by the shared catalogs alone. */
export async function discoverDatabases(
  session: Session,
  { after = '', limit }: { after?: string; limit: number },
  adminDatabase: string,
): Promise<DiscoveryPage> {
  const rows = await session.read<FoundRow>(
    'looking for databases',
    DATABASES,
    [after, limit + 1],
  );
  const page = rows.slice(0, limit);
  const catalog = await readCatalog(
    session,
    page.map(({ name }) => name),
    page.flatMap(({ name }) => Object.values(groupRoles(name))),
  );
  return {
    items: page.flatMap(found => {
      // Dropped between the two looks.
      const row = catalog.databases.get(found.name);
      return row
        ? toObject(
            found,
            row,
            currentIdentity(catalog, row, groupRoles(found.name)),
            adminDatabase,
          )
        : [];
    }),
    ...(rows.length > limit ? { next: page[page.length - 1].name } : {}),
  };
}

function toObject(
  found: FoundRow,
  row: DatabaseRow,
  identity: DiscoveredObject['identity'],
  adminDatabase: string,
): DiscoveredObject {
  const internal = internalTo(row, adminDatabase);
  return {
    name: row.name,
    identity,
    spec: adoptableSpec(row),
    ...(internal === undefined ? {} : { internal }),
    hints: hintsOf(found, row),
  };
}

function internalTo(
  { name, connectionLimit }: DatabaseRow,
  adminDatabase: string,
): string | undefined {
  if (name === 'postgres') {
    return 'PostgreSQL’s own, which administrators and tools connect to';
  }
  if (name === adminDatabase) {
    return 'the portal itself connects to it';
  }
  if (connectionLimit === INTERRUPTED_DROP) {
    return 'a DROP DATABASE of it was interrupted; nothing but another DROP works on it';
  }
  return Object.hasOwn(PROVIDERS, name)
    ? `${PROVIDERS[name]} keeps it for itself`
    : undefined;
}

function hintsOf(
  { comment, ownedByServer, members, grantees }: FoundRow,
  { name, ownerName }: DatabaseRow,
): OwnerHint[] {
  const [prefix, ...rest] = name.split(/[_-]/);
  return [
    ...(ownedByServer
      ? []
      : [
          { value: ownerName, source: 'owner of the database' },
          ...members.map(value => ({
            value,
            source: `member of ${ownerName}, the owner of the database`,
          })),
        ]),
    ...(comment ? [{ value: comment, source: 'comment on the database' }] : []),
    ...grantees.map(value => ({
      value,
      source: 'has privileges on the database',
    })),
    ...(rest.length > 0 && prefix !== ''
      ? [{ value: prefix, source: 'what the name begins with' }]
      : []),
  ];
}
