// @ts-check

/**
 * What was there before the portal came is kept in one place, whether an adoption took it or the first look: never both.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  await knex.raw(`
    UPDATE resources
       SET access_baseline = access_baselines.access
      FROM access_baselines
     WHERE access_baselines.resource_id = resources.id
       AND resources.access_baseline IS NULL`);
  await knex.schema.dropTable('access_baselines');
  await knex.raw(`
    COMMENT ON COLUMN resources.access_baseline IS
      'Who reached it in ways that the portal did not make, when it was adopted or first looked at'`);
};

/**
 * Every baseline stays in the column: the older code reads both places.
 *
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
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
  await knex.raw(`
    COMMENT ON COLUMN resources.access_baseline IS
      'Of what was adopted: who reached it then in ways that the portal did not make'`);
};
