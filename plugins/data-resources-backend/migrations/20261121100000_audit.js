// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  // The moment of the row itself, not of its transaction's begin: what waited for a lock stands
  // after what it waited for.
  await knex.raw(
    "ALTER TABLE audit ALTER COLUMN at SET DEFAULT date_trunc('milliseconds', clock_timestamp())",
  );
  await knex.raw(
    'CREATE INDEX audit_unnumbered_idx ON audit (at, id) WHERE position IS NULL',
  );
  // An operator class that serves both an exact event and a prefix such as "request.".
  await knex.raw(
    'CREATE INDEX audit_event_idx ON audit (event text_pattern_ops, position)',
  );
  await knex.schema.alterTable('audit', table => {
    table.index(['actor', 'position'], 'audit_actor_idx');
    table.index(['at'], 'audit_at_idx');
    table.dropIndex(['resource_id']);
    table.index(['resource_id', 'at', 'id'], 'audit_resource_idx');
  });

  // Triggers for each row do not see a TRUNCATE.
  for (const table of ['audit', 'decisions']) {
    await knex.raw(`
      CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION data_resources_append_only()
    `);
  }
  await knex.raw(`
    CREATE FUNCTION data_resources_audit_unnumbered() RETURNS trigger AS $$
    BEGIN
      IF NEW.position IS NOT NULL OR NEW.hash IS NOT NULL THEN
        RAISE EXCEPTION 'rows of % get their position and hash afterwards', TG_TABLE_NAME;
      END IF;
      RETURN NEW;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE TRIGGER audit_unnumbered BEFORE INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION data_resources_audit_unnumbered()
  `);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP TRIGGER audit_unnumbered ON audit');
  await knex.raw('DROP FUNCTION data_resources_audit_unnumbered()');
  for (const table of ['audit', 'decisions']) {
    await knex.raw(`DROP TRIGGER ${table}_no_truncate ON ${table}`);
  }
  await knex.schema.alterTable('audit', table => {
    table.dropIndex([], 'audit_resource_idx');
    table.index(['resource_id']);
    table.dropIndex([], 'audit_at_idx');
    table.dropIndex([], 'audit_actor_idx');
  });
  await knex.raw('DROP INDEX audit_event_idx');
  await knex.raw('DROP INDEX audit_unnumbered_idx');
  await knex.raw(
    "ALTER TABLE audit ALTER COLUMN at SET DEFAULT date_trunc('milliseconds', now())",
  );
};
