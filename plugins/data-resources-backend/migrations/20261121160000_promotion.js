// @ts-check

/**
 * From which resource of an earlier environment a resource was promoted.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.schema.alterTable('resources', table => {
    table
      .uuid('promoted_from')
      .nullable()
      .references('id')
      .inTable('resources');
  });
  await knex.raw(
    'CREATE INDEX resources_promoted_idx ON resources (promoted_from, created_at, id) WHERE promoted_from IS NOT NULL',
  );
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw('DROP INDEX resources_promoted_idx');
  await knex.schema.alterTable('resources', table => {
    table.dropColumn('promoted_from');
  });
};
