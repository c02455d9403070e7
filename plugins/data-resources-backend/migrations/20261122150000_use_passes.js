// @ts-check

/**
 * How much resources are used, added up: what metrics show.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.createTable('use_passes', table => {
    table.comment('What the last look at the live use of a type found');
    table.text('instance').notNullable();
    table.text('type').notNullable();
    table.timestamp('due_at', { useTz: true }).notNullable();
    table.timestamp('ended_at', { useTz: true }).nullable();
    table
      .jsonb('figures')
      .nullable()
      .comment('A list of metric, value and labels; of the pass that ended');
    table.jsonb('unseen').nullable().comment('What could not be looked at');
    table.text('message').nullable().comment('Why the last pass did not end');
    table.primary(['instance', 'type']);
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.dropTable('use_passes');
};
