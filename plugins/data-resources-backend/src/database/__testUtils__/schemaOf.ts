import type { Knex } from 'knex';

/**
 * All that migrations make, by name: columns, indexes, constraints, triggers,
 * statistics and functions.
 * What belongs to an extension is left out, and so are the tables of knex.
 */
export async function schemaOf(knex: Knex): Promise<Record<string, string>> {
  const { rows } = await knex.raw(`
    WITH ours AS (
      SELECT c.oid, c.relname FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace
        AND c.relkind = 'r' AND c.relname NOT LIKE 'knex_%'
    )
    SELECT 'column ' || relname || '.' || attname AS name,
           format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
             || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') AS definition
    FROM ours JOIN pg_attribute a ON a.attrelid = ours.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = ours.oid AND d.adnum = a.attnum
    UNION ALL
    SELECT 'index ' || i.relname, pg_get_indexdef(i.oid)
    FROM ours JOIN pg_index x ON x.indrelid = ours.oid JOIN pg_class i ON i.oid = x.indexrelid
    UNION ALL
    SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(k.oid)
    FROM ours JOIN pg_constraint k ON k.conrelid = ours.oid AND contype <> 'n'
    UNION ALL
    SELECT 'trigger ' || relname || '.' || tgname, pg_get_triggerdef(t.oid)
    FROM ours JOIN pg_trigger t ON t.tgrelid = ours.oid AND NOT tgisinternal
    UNION ALL
    SELECT 'statistics ' || stxname, pg_get_statisticsobjdef(s.oid)
    FROM ours JOIN pg_statistic_ext s ON s.stxrelid = ours.oid
    UNION ALL
    SELECT 'function ' || proname, prosrc FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_depend e WHERE e.objid = p.oid AND e.deptype = 'e')
    ORDER BY 1`);
  return Object.fromEntries(
    rows.map(({ name, definition }: { name: string; definition: string }) => [
      name,
      definition,
    ]),
  );
}

/** Names of the tables that migrations made. */
export function tablesIn(schema: Record<string, string>): string[] {
  return [
    ...new Set(
      Object.keys(schema)
        .filter(name => name.startsWith('column '))
        .map(name => name.slice('column '.length).split('.')[0]),
    ),
  ];
}
