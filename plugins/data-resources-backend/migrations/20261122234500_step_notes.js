// @ts-check

/**
 * What came of a step, where that is more than what its plan says.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('operations', table => {
    table
      .text('note')
      .nullable()
      .comment('Told by the engine of a step that is done');
  });
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.schema.alterTable('operations', table => {
    table.dropColumn('note');
  });
};
