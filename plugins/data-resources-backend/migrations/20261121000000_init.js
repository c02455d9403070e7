// @ts-check

/**
 * Times are the database's own, in milliseconds, so that a cursor made of one survives the way
 * through JavaScript's Date.
 *
 * @param {import('knex').Knex} knex
 */
const now = knex => knex.raw("date_trunc('milliseconds', now())");

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('resources', table => {
    table.comment('What was declared, and what was last seen of it');
    table.uuid('id').primary();
    table.text('type').notNullable();
    table.text('engine').notNullable();
    table.text('instance').notNullable();
    table.text('environment').notNullable();
    table.text('name').notNullable();
    table.text('owner').notNullable();
    table.text('system').nullable();
    table.text('description').nullable();
    table.jsonb('tags').notNullable().defaultTo('[]');
    table.jsonb('spec').notNullable();
    table.jsonb('observed').nullable();
    table
      .jsonb('identity')
      .nullable()
      .comment('What proves that the object on the engine is ours');
    table.integer('generation').notNullable().defaultTo(0);
    table.integer('observed_generation').notNullable().defaultTo(0);
    table.text('phase').notNullable();
    table.jsonb('conditions').notNullable().defaultTo('[]');
    table.text('entity_ref').notNullable();
    table
      .uuid('active_request_id')
      .nullable()
      .comment(
        'The request whose steps are being done, or failed and may be retried',
      );
    table
      .timestamp('due_at', { useTz: true })
      .nullable()
      .comment(
        'When the reconciler looks at it again; null: there is nothing to do',
      );
    table.integer('attempts').notNullable().defaultTo(0);
    table.uuid('lease_ticket').nullable();
    table.timestamp('lease_until', { useTz: true }).nullable();
    table.bigInteger('fence').notNullable().defaultTo(0);
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table
      .timestamp('updated_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.index(['created_at', 'id']);
    table.index(['instance', 'created_at', 'id']);
    table.index(['owner', 'created_at', 'id']);
    table.index(['type', 'created_at', 'id']);
  });
  await knex.raw(
    'CREATE INDEX resources_due_idx ON resources (instance, due_at) WHERE due_at IS NOT NULL',
  );

  await knex.schema.createTable('requests', table => {
    table.comment('Decisions about immutable inputs');
    table.uuid('id').primary();
    table.text('action').notNullable();
    table.text('state').notNullable();
    table
      .integer('revision')
      .notNullable()
      .defaultTo(1)
      .comment(
        'Raised by every transition; a transition names the one it has seen',
      );
    table.jsonb('input').notNullable();
    table.text('type').notNullable();
    table.text('engine').notNullable();
    table.text('instance').notNullable();
    table.text('environment').notNullable();
    table.text('name').notNullable();
    table.text('owner').notNullable();
    table.uuid('resource_id').nullable();
    table.uuid('grant_id').nullable();
    table.text('requested_by').notNullable();
    table.text('reason').nullable();
    table.text('idempotency_key').nullable();
    table.text('input_hash').notNullable();
    table.integer('plan_revision').notNullable();
    table.text('plan_hash').notNullable();
    table.text('waiting_reason').nullable();
    table.text('waiting_message').nullable();
    table.timestamp('next_attempt_at', { useTz: true }).nullable();
    table.integer('attempts').notNullable().defaultTo(0);
    table.uuid('lease_ticket').nullable();
    table.timestamp('lease_until', { useTz: true }).nullable();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table
      .timestamp('updated_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.timestamp('expires_at', { useTz: true }).notNullable();
    table.unique(['requested_by', 'idempotency_key']);
    table.index(['created_at', 'id']);
    table.index(['state', 'created_at', 'id']);
    table.index(['requested_by', 'created_at', 'id']);
    table.index(['owner', 'created_at', 'id']);
    table.index(['instance', 'created_at', 'id']);
    table.index(['resource_id', 'created_at', 'id']);
  });
  await knex.raw(
    "CREATE INDEX requests_due_idx ON requests (instance, next_attempt_at) WHERE state = 'approved'",
  );
  await knex.raw(
    "CREATE UNIQUE INDEX requests_executing_idx ON requests (resource_id) WHERE state = 'executing'",
  );
  await knex.raw(
    "CREATE INDEX requests_expiry_idx ON requests (expires_at) WHERE state = 'pending'",
  );

  await knex.schema.createTable('request_plans', table => {
    table.comment(
      'Every plan that a request ever had; the highest revision counts',
    );
    table.uuid('request_id').notNullable().references('id').inTable('requests');
    table.integer('revision').notNullable();
    table.text('hash').notNullable();
    table.jsonb('plan').notNullable();
    table
      .jsonb('steps')
      .notNullable()
      .comment('The steps with their kinds and arguments: what is executed');
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.primary(['request_id', 'revision']);
  });

  await knex.schema.createTable('request_approvers', table => {
    table.comment('Who must approve the current plan of a request');
    table.uuid('request_id').notNullable().references('id').inTable('requests');
    table.integer('plan_revision').notNullable();
    table.text('group_ref').notNullable();
    table.integer('count').notNullable();
    table.primary(['request_id', 'plan_revision', 'group_ref']);
    table.index(['group_ref', 'request_id']);
  });

  await knex.schema.createTable('decisions', table => {
    table.comment('Append-only');
    table.uuid('id').primary();
    table.uuid('request_id').notNullable().references('id').inTable('requests');
    table.text('effect').notNullable();
    table.text('decided_by').notNullable();
    table.text('group_ref').nullable();
    table.integer('plan_revision').notNullable();
    table.text('plan_hash').notNullable();
    table.text('comment').nullable();
    table
      .timestamp('decided_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.unique(['request_id', 'plan_revision', 'decided_by']);
  });

  await knex.schema.createTable('reservations', table => {
    table.comment('Names that are taken or asked for');
    table.uuid('id').primary();
    table.text('instance').notNullable();
    table.text('normalised_name').notNullable();
    table.text('name').notNullable();
    table.uuid('request_id').notNullable().references('id').inTable('requests');
    table.uuid('resource_id').nullable().index();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.timestamp('released_at', { useTz: true }).nullable();
  });
  await knex.raw(
    'CREATE UNIQUE INDEX reservations_held_idx ON reservations (instance, normalised_name) WHERE released_at IS NULL',
  );

  await knex.schema.createTable('grants', table => {
    table.uuid('id').primary();
    table
      .uuid('resource_id')
      .notNullable()
      .references('id')
      .inTable('resources');
    table.text('instance').notNullable();
    table.text('principal').notNullable();
    table
      .text('principal_uid')
      .notNullable()
      .comment(
        'The uid and owner that were approved: another owner gets no credentials',
      );
    table.text('principal_owner').notNullable();
    table.text('login_base').notNullable();
    table.text('role').notNullable();
    table
      .text('state')
      .notNullable()
      .comment('granting, active, revoking, revoked');
    table.uuid('request_id').notNullable().comment('Gave it');
    table.uuid('ending_request_id').nullable().comment('Takes it away');
    table
      .timestamp('since', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.timestamp('ended_at', { useTz: true }).nullable();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.index(['resource_id', 'created_at', 'id']);
    table.index(['instance', 'login_base']);
  });
  await knex.raw(
    "CREATE UNIQUE INDEX grants_live_idx ON grants (resource_id, principal, role) WHERE state <> 'revoked'",
  );

  await knex.schema.createTable('principals', table => {
    table.comment('A workload on one instance, with its two login slots');
    table.uuid('id').primary();
    table.text('instance').notNullable();
    table.text('base').notNullable();
    table.uuid('lease_ticket').nullable();
    table.timestamp('lease_until', { useTz: true }).nullable();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.unique(['instance', 'base']);
  });

  await knex.schema.createTable('credentials', table => {
    table.comment('Versions and ends of credentials; never their values');
    table.uuid('id').primary();
    table
      .uuid('principal_id')
      .notNullable()
      .references('id')
      .inTable('principals');
    table.text('slot').notNullable().comment('a or b');
    table.integer('version').notNullable();
    table
      .text('state')
      .notNullable()
      .comment('issuing, active, ending, ended, void');
    table.text('issued_by').notNullable();
    table
      .timestamp('issued_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.timestamp('ends_at', { useTz: true }).nullable();
    table.timestamp('ended_at', { useTz: true }).nullable();
    table.unique(['principal_id', 'version']);
  });
  await knex.raw(
    "CREATE INDEX credentials_ending_idx ON credentials (ends_at) WHERE state = 'ending'",
  );

  await knex.schema.createTable('operations', table => {
    table.comment('The intent log: one row per step of an executing plan');
    table.uuid('id').primary();
    table.uuid('request_id').notNullable().references('id').inTable('requests');
    table
      .uuid('resource_id')
      .notNullable()
      .references('id')
      .inTable('resources');
    table.integer('ordinal').notNullable();
    table.text('step_id').notNullable();
    table.text('kind').notNullable();
    table.jsonb('args').notNullable();
    table.jsonb('login').nullable();
    table.text('state').notNullable().defaultTo('pending');
    table.integer('attempt').notNullable().defaultTo(0);
    table
      .jsonb('evidence')
      .nullable()
      .comment(
        'Set while the intent is open: what was seen before the engine was touched',
      );
    table.jsonb('error').nullable();
    table.timestamp('started_at', { useTz: true }).nullable();
    table.timestamp('ended_at', { useTz: true }).nullable();
    table.unique(['request_id', 'ordinal']);
  });

  await knex.schema.createTable('audit', table => {
    table.comment('Append-only');
    table.uuid('id').primary();
    table
      .bigInteger('position')
      .nullable()
      .unique()
      .comment('Given afterwards, in order, by one writer');
    table.text('hash').nullable();
    table.text('event').notNullable();
    table.text('actor').notNullable();
    table.uuid('request_id').nullable().index();
    table.uuid('resource_id').nullable().index();
    table.jsonb('details').notNullable().defaultTo('{}');
    table.timestamp('at', { useTz: true }).notNullable().defaultTo(now(knex));
  });

  await knex.schema.createTable('outbox', table => {
    table.uuid('id').primary();
    table
      .bigInteger('position')
      .nullable()
      .unique()
      .comment('Given afterwards, in order, by one writer');
    table.text('kind').notNullable().comment('resource or request');
    table.uuid('subject_id').notNullable();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(now(knex));
    table.index(['kind', 'subject_id', 'position']);
  });
  await knex.raw(
    'CREATE INDEX outbox_unnumbered_idx ON outbox (created_at, id) WHERE position IS NULL',
  );

  await knex.schema.createTable('feed_cursors', table => {
    table.comment(
      'How far each consumer inside the backend has read the outbox',
    );
    table.text('consumer').primary();
    table.bigInteger('position').notNullable();
  });

  await knex.raw(`
    CREATE FUNCTION data_resources_append_only() RETURNS trigger AS $$
    BEGIN
      RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION data_resources_append_only()
  `);
  // The numberer may fill position and hash, once; nothing else ever changes.
  await knex.raw(`
    CREATE FUNCTION data_resources_audit_guard() RETURNS trigger AS $$
    BEGIN
      IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL
        AND (to_jsonb(OLD) - 'position' - 'hash') = (to_jsonb(NEW) - 'position' - 'hash')
      THEN
        RETURN NEW;
      END IF;
      RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME;
    END
    $$ LANGUAGE plpgsql
  `);
  await knex.raw(`
    CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION data_resources_audit_guard()
  `);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const table of [
    'feed_cursors',
    'outbox',
    'audit',
    'operations',
    'credentials',
    'principals',
    'grants',
    'reservations',
    'decisions',
    'request_approvers',
    'request_plans',
    'requests',
    'resources',
  ]) {
    await knex.schema.dropTable(table);
  }
  await knex.raw('DROP FUNCTION data_resources_append_only()');
  await knex.raw('DROP FUNCTION data_resources_audit_guard()');
};
