import type { Session } from '../connection/Session';
import { allowedParameters } from '../type/parameters';
import type { ServerModel } from './facts';

/** Locales of a provider other than libc stand in another column in each of the versions. */
const LOCALE = (row: string, column: string) =>
  `coalesce(to_jsonb(${row})->>'${column}locale', to_jsonb(${row})->>'${column}iculocale')`;

const SERVER_MODEL = `
SELECT
  (SELECT coalesce(json_agg(json_build_object(
      'name', lower(name), 'context', context, 'type', vartype, 'unit', unit,
      'min', min_val, 'max', max_val, 'words', enumvals,
      'settable', context IN ('user', 'backend')
        OR context LIKE 'superuser%' AND has_parameter_privilege(name, 'SET'))
      ORDER BY lower(name)), '[]')
    FROM pg_settings WHERE lower(name) = ANY ($1::text[])) AS settings,
  (SELECT coalesce(json_agg(json_build_object(
      'name', v.name, 'version', v.version, 'isDefault', v.version = e.default_version,
      'creatable', rolsuper OR v.trusted OR NOT v.superuser,
      'requires', coalesce(v.requires, '{}')) ORDER BY v.name, v.version), '[]')
    FROM pg_available_extension_versions v JOIN pg_available_extensions e ON e.name = v.name
    WHERE v.name = ANY ($2::name[])) AS "extensionVersions",
  (SELECT coalesce(json_agg(json_build_object(
      'name', datname, 'encoding', pg_encoding_to_char(encoding),
      'provider', CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
      'locale', CASE datlocprovider WHEN 'c' THEN datcollate ELSE ${LOCALE(
        'd',
        'dat',
      )} END) ORDER BY datname), '[]')
    FROM pg_database d WHERE datistemplate) AS templates,
  ARRAY(SELECT DISTINCT CASE collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END
    FROM pg_collation WHERE collprovider IN ('i', 'b', 'c') ORDER BY 1) AS "localeProviders",
  ARRAY(SELECT DISTINCT split_part(${LOCALE('c', 'coll')}, '-', 1)
    FROM pg_collation c WHERE collprovider = 'i' ORDER BY 1) AS "icuLanguages",
  (SELECT coalesce(json_agg(DISTINCT jsonb_build_object('locale', ${LOCALE(
    'c',
    'coll',
  )},
      'encoding', CASE WHEN collencoding >= 0 THEN pg_encoding_to_char(collencoding) END)), '[]')
    FROM pg_collation c WHERE collprovider = 'b') AS "builtinLocales"
FROM pg_roles WHERE rolname = session_user`;

/** What of a server decides how databases can be made there, as far as the instance allows it. */
export async function readServerModel(
  session: Session,
  { extensions }: { extensions: readonly string[] },
): Promise<ServerModel> {
  const [row] = await session.read<ServerModel>(
    'reading what databases may have',
    SERVER_MODEL,
    [allowedParameters, extensions],
  );
  return row;
}
