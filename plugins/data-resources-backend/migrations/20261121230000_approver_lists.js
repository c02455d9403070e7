// @ts-check

/** What requests are filtered by and what never changes of them. */
const FIXED = ['action', 'type', 'instance', 'environment'];

/**
 * Who must approve something sees a list of it, with the same filters as everybody. Beside the group stand the columns of the
 * request that a list is filtered by: one index then has all of it, and no request is read that is not shown.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('request_approvers', table => {
    table
      .boolean('current_plan')
      .notNullable()
      .defaultTo(false)
      .comment('Whether the plan is the last one of its request');
    table.text('state').nullable().comment("The request's own, as the others");
    FIXED.forEach(column => table.text(column).nullable());
  });
  await knex.raw(`
    UPDATE request_approvers a
    SET current_plan = r.plan_revision = a.plan_revision, state = r.state,
        action = r.action, type = r.type, instance = r.instance, environment = r.environment
    FROM requests r WHERE r.id = a.request_id
  `);
  await knex.schema.alterTable('request_approvers', table => {
    ['state', ...FIXED].forEach(column => table.dropNullable(column));
    table.dropIndex(['group_ref', 'created_at', 'request_id']);
  });
  await knex.raw(`
    CREATE INDEX request_approvers_list_idx ON request_approvers (group_ref, created_at, request_id)
    INCLUDE (state, action, type, instance, environment) WHERE current_plan
  `);
  await knex.raw(`
    CREATE OR REPLACE FUNCTION data_resources_open_approver() RETURNS trigger AS $$
    BEGIN
      SELECT r.created_at, r.state = 'pending' AND r.plan_revision = NEW.plan_revision,
        r.plan_revision = NEW.plan_revision, r.state, r.action, r.type, r.instance, r.environment
      INTO NEW.created_at, NEW.open,
        NEW.current_plan, NEW.state, NEW.action, NEW.type, NEW.instance, NEW.environment
      FROM requests r WHERE r.id = NEW.request_id;
      RETURN NEW;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE OR REPLACE FUNCTION data_resources_open_approvers() RETURNS trigger AS $$
    BEGIN
      UPDATE request_approvers
      SET open = NEW.state = 'pending' AND NEW.plan_revision = plan_revision,
          current_plan = NEW.plan_revision = plan_revision,
          state = NEW.state
      WHERE request_id = NEW.id;
      RETURN NULL;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw('DROP TRIGGER requests_open_approvers ON requests');
  await knex.raw(`
    CREATE TRIGGER requests_open_approvers AFTER UPDATE OF state, plan_revision ON requests
    FOR EACH ROW WHEN (OLD.state <> NEW.state OR OLD.plan_revision <> NEW.plan_revision)
    EXECUTE FUNCTION data_resources_open_approvers()
  `);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP TRIGGER requests_open_approvers ON requests');
  await knex.raw(`
    CREATE OR REPLACE FUNCTION data_resources_open_approver() RETURNS trigger AS $$
    BEGIN
      SELECT r.created_at, r.state = 'pending' AND r.plan_revision = NEW.plan_revision
      INTO NEW.created_at, NEW.open
      FROM requests r WHERE r.id = NEW.request_id;
      RETURN NEW;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE OR REPLACE FUNCTION data_resources_open_approvers() RETURNS trigger AS $$
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
  await knex.raw('DROP INDEX request_approvers_list_idx');
  await knex.schema.alterTable('request_approvers', table => {
    table.index(['group_ref', 'created_at', 'request_id']);
    table.dropColumns('current_plan', 'state', ...FIXED);
  });
};
