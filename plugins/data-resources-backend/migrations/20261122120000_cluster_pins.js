// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('cluster_pins', table => {
    table.comment(
      'Which cluster an instance is; another one is not written to',
    );
    table.text('instance').primary();
    table.text('cluster_id').notNullable();
    table
      .text('accepted')
      .nullable()
      .comment('The configured id by which it took the place of another');
    table
      .timestamp('pinned_at', { useTz: true })
      .notNullable()
      .defaultTo(knex.fn.now());
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('cluster_pins');
};
