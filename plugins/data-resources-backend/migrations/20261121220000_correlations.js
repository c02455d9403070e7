// @ts-check

const PEOPLE = { requests: ['owner', 'requested_by'], resources: ['owner'] };
const PLACES = ['instance', 'environment'];

/**
 * An instance has one environment and few types, and a team works on few instances. PostgreSQL takes columns for independent
 * unless it is told, expects rows where there are none, and would walk through the whole list to find the first of them.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const [name, people] of Object.entries(PEOPLE)) {
    await knex.schema.alterTable(name, table => {
      for (const person of people) {
        for (const place of PLACES) {
          table.index([person, place, 'created_at', 'id']);
        }
      }
    });
    await knex.raw(
      'CREATE STATISTICS ?? (mcv) ON type, instance, environment FROM ??',
      [`${name}_place_stats`, name],
    );
    await knex.raw('ANALYZE ??', [name]);
  }
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  for (const [name, people] of Object.entries(PEOPLE)) {
    await knex.raw('DROP STATISTICS ??', [`${name}_place_stats`]);
    await knex.schema.alterTable(name, table => {
      for (const person of people) {
        for (const place of PLACES) {
          table.dropIndex([person, place, 'created_at', 'id']);
        }
      }
    });
  }
};
