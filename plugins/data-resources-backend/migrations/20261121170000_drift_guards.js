// @ts-check

/**
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('access_baselines', table => {
    table.comment(
      'Ways in that the portal did not make and that stood there when a resource was first looked at',
    );
    table
      .uuid('resource_id')
      .primary()
      .references('id')
      .inTable('resources')
      .onDelete('CASCADE');
    table.jsonb('access').notNullable();
    table
      .timestamp('taken_at', { useTz: true })
      .notNullable()
      .defaultTo(knex.fn.now());
  });
  await knex.schema.alterTable('drift_passes', table => {
    table
      .text('doubt')
      .nullable()
      .comment('Why the last pass was not believed; null: it was');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('drift_passes', table => {
    table.dropColumn('doubt');
  });
  await knex.schema.dropTable('access_baselines');
};
