// @ts-check

/**
 * What lists need to be as fast for a million requests as for a few thousand: an index for each
 * filter, who must approve what is open, counts of resources that are kept and not made anew, and
 * a search by parts of names.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('requests', table => {
    table.index(['action', 'created_at', 'id']);
    table.index(['type', 'created_at', 'id']);
    table.index(['environment', 'created_at', 'id']);
  });
  await knex.schema.alterTable('resources', table => {
    table.index(['environment', 'created_at', 'id']);
    table.index(['system', 'created_at', 'id']);
    table.index(['phase', 'created_at', 'id']);
  });
  // An instance has one environment and few types. Of what goes not together there is nothing,
  // and without these the whole list would be walked through to find that out.
  for (const name of ['requests', 'resources']) {
    await knex.schema.alterTable(name, table => {
      table.index(['instance', 'type', 'created_at', 'id']);
      table.index(['instance', 'environment', 'created_at', 'id']);
      table.index(['environment', 'type', 'created_at', 'id']);
    });
  }
  // Of each subject its last change: the feed from its begin is all there is, once.
  await knex.schema.alterTable('outbox', table => {
    table
      .boolean('latest')
      .notNullable()
      .defaultTo(true)
      .comment('Whether no later row of its subject is numbered');
  });
  await knex.raw(`
    UPDATE outbox o SET latest = false
    WHERE EXISTS (SELECT 1 FROM outbox later WHERE later.kind = o.kind
      AND later.subject_id = o.subject_id AND later.position > o.position)
  `);
  await knex.raw(
    "CREATE INDEX outbox_latest_idx ON outbox (position) WHERE kind = 'resource' AND latest",
  );

  await addOpenApprovers(knex);
  await addResourceCounts(knex);
  await addSearch(knex);
};

/**
 * @param {import('knex').Knex} knex
 */
async function addOpenApprovers(knex) {
  await knex.schema.alterTable('request_approvers', table => {
    table
      .timestamp('created_at', { useTz: true })
      .nullable()
      .comment("The request's own, so that an index has it beside the group");
    table
      .boolean('open')
      .notNullable()
      .defaultTo(false)
      .comment('Of the current plan of a request that is pending');
  });
  await knex.raw(`
    UPDATE request_approvers a
    SET created_at = r.created_at,
        open = r.state = 'pending' AND r.plan_revision = a.plan_revision
    FROM requests r WHERE r.id = a.request_id
  `);
  await knex.schema.alterTable('request_approvers', table => {
    table.dropNullable('created_at');
    table.index(['group_ref', 'created_at', 'request_id']);
    table.dropIndex(['group_ref', 'request_id']);
  });
  await knex.raw(
    'CREATE INDEX request_approvers_open_idx ON request_approvers (group_ref, created_at, request_id) WHERE open',
  );
  await knex.raw(`
    CREATE FUNCTION data_resources_open_approver() RETURNS trigger AS $$
    BEGIN
      SELECT r.created_at, r.state = 'pending' AND r.plan_revision = NEW.plan_revision
      INTO NEW.created_at, NEW.open
      FROM requests r WHERE r.id = NEW.request_id;
      RETURN NEW;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE TRIGGER request_approvers_open BEFORE INSERT ON request_approvers
    FOR EACH ROW EXECUTE FUNCTION data_resources_open_approver()
  `);
  await knex.raw(`
    CREATE FUNCTION data_resources_open_approvers() RETURNS trigger AS $$
    BEGIN
      UPDATE request_approvers
      SET open = NOT open
      WHERE request_id = NEW.id
        AND open <> (NEW.state = 'pending' AND NEW.plan_revision = plan_revision);
      RETURN NULL;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE TRIGGER requests_open_approvers AFTER UPDATE OF state, plan_revision ON requests
    FOR EACH ROW WHEN ((OLD.state = 'pending') <> (NEW.state = 'pending')
      OR OLD.plan_revision <> NEW.plan_revision)
    EXECUTE FUNCTION data_resources_open_approvers()
  `);
}

/**
 * Changes are appended, and added up from time to time: writers that would all raise one number
 * would wait for each other.
 *
 * @param {import('knex').Knex} knex
 */
async function addResourceCounts(knex) {
  await knex.schema.createTable('resource_counts', table => {
    table.comment('Resources that are not deleted, without the changes below');
    table.text('instance').notNullable();
    table.text('type').notNullable();
    table.bigInteger('count').notNullable();
    table.primary(['instance', 'type']);
  });
  await knex.schema.createTable('resource_count_changes', table => {
    table.comment('Not added up yet');
    table.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
    table.text('instance').notNullable();
    table.text('type').notNullable();
    table.integer('change').notNullable();
  });
  await knex.raw(`
    INSERT INTO resource_counts (instance, type, count)
    SELECT instance, type, count(*) FROM resources WHERE phase <> 'deleted' GROUP BY instance, type
  `);
  await knex.raw(`
    CREATE FUNCTION data_resources_count() RETURNS trigger AS $$
    BEGIN
      IF TG_OP <> 'INSERT' AND OLD.phase <> 'deleted' THEN
        INSERT INTO resource_count_changes (instance, type, change)
        VALUES (OLD.instance, OLD.type, -1);
      END IF;
      IF TG_OP <> 'DELETE' AND NEW.phase <> 'deleted' THEN
        INSERT INTO resource_count_changes (instance, type, change)
        VALUES (NEW.instance, NEW.type, 1);
      END IF;
      RETURN NULL;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE TRIGGER resources_count AFTER INSERT OR DELETE ON resources
    FOR EACH ROW EXECUTE FUNCTION data_resources_count()
  `);
  await knex.raw(`
    CREATE TRIGGER resources_recount AFTER UPDATE OF phase, instance, type ON resources
    FOR EACH ROW WHEN ((OLD.phase = 'deleted', OLD.instance, OLD.type)
      IS DISTINCT FROM (NEW.phase = 'deleted', NEW.instance, NEW.type))
    EXECUTE FUNCTION data_resources_count()
  `);
}

/**
 * Where pg_trgm cannot be had, a search reads the list through, and everything else is the same.
 *
 * @param {import('knex').Knex} knex
 */
async function addSearch(knex) {
  await knex.raw(`
    DO $$
    DECLARE
      place text;
    BEGIN
      BEGIN
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
      EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
        RAISE WARNING 'pg_trgm cannot be had here (%): searching resources stays slow', SQLERRM;
        RETURN;
      END;
      SELECT extnamespace::regnamespace::text INTO place FROM pg_extension WHERE extname = 'pg_trgm';
      EXECUTE format(
        'CREATE INDEX resources_search_idx ON resources USING gin (name %1$s.gin_trgm_ops, description %1$s.gin_trgm_ops)',
        place);
    END
    $$
  `);
}

/**
 * The extension stays: somebody else may use it by now.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX IF EXISTS resources_search_idx');
  await knex.raw('DROP TRIGGER resources_recount ON resources');
  await knex.raw('DROP TRIGGER resources_count ON resources');
  await knex.raw('DROP FUNCTION data_resources_count()');
  await knex.schema.dropTable('resource_count_changes');
  await knex.schema.dropTable('resource_counts');
  await knex.raw('DROP TRIGGER requests_open_approvers ON requests');
  await knex.raw('DROP FUNCTION data_resources_open_approvers()');
  await knex.raw('DROP TRIGGER request_approvers_open ON request_approvers');
  await knex.raw('DROP FUNCTION data_resources_open_approver()');
  await knex.raw('DROP INDEX request_approvers_open_idx');
  await knex.schema.alterTable('request_approvers', table => {
    table.index(['group_ref', 'request_id']);
    table.dropColumn('open');
    table.dropColumn('created_at');
  });
  await knex.raw('DROP INDEX outbox_latest_idx');
  await knex.schema.alterTable('outbox', table => {
    table.dropColumn('latest');
  });
  for (const name of ['requests', 'resources']) {
    await knex.schema.alterTable(name, table => {
      table.dropIndex(['environment', 'type', 'created_at', 'id']);
      table.dropIndex(['instance', 'environment', 'created_at', 'id']);
      table.dropIndex(['instance', 'type', 'created_at', 'id']);
    });
  }
  await knex.schema.alterTable('resources', table => {
    table.dropIndex(['phase', 'created_at', 'id']);
    table.dropIndex(['system', 'created_at', 'id']);
    table.dropIndex(['environment', 'created_at', 'id']);
  });
  await knex.schema.alterTable('requests', table => {
    table.dropIndex(['environment', 'created_at', 'id']);
    table.dropIndex(['type', 'created_at', 'id']);
    table.dropIndex(['action', 'created_at', 'id']);
  });
};
