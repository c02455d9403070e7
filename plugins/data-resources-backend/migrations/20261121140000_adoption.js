// @ts-check

/**
 * What is adopted, and requests that are sent many at a time.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('resources', table => {
    table
      .jsonb('access_baseline')
      .nullable()
      .comment(
        'Of what was adopted: who reached it then in ways that the portal did not make',
      );
  });
  await knex.schema.createTable('request_batches', table => {
    table.comment('Requests that were sent together');
    table.uuid('id').primary();
    table.text('requested_by').notNullable();
    table.text('idempotency_key').nullable();
    table.text('input_hash').notNullable();
    table
      .timestamp('created_at', { useTz: true })
      .notNullable()
      .defaultTo(knex.raw("date_trunc('milliseconds', now())"));
    table.unique(['requested_by', 'idempotency_key']);
  });
  await knex.schema.alterTable('requests', table => {
    table
      .uuid('batch_id')
      .nullable()
      .references('id')
      .inTable('request_batches');
    table.integer('batch_index').nullable();
    table.unique(['batch_id', 'batch_index']);
  });
  await knex.raw(
    'CREATE INDEX requests_batch_idx ON requests (batch_id, created_at, id) WHERE batch_id IS NOT NULL',
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX requests_batch_idx');
  await knex.schema.alterTable('requests', table => {
    table.dropUnique(['batch_id', 'batch_index']);
    table.dropColumn('batch_index');
    table.dropColumn('batch_id');
  });
  await knex.schema.dropTable('request_batches');
  await knex.schema.alterTable('resources', table => {
    table.dropColumn('access_baseline');
  });
};
