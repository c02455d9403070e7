// @ts-check

/** Whose rows are looked up, and what they are filtered by besides. */
const LOOKUPS = {
  requests: {
    people: ['owner', 'requested_by'],
    filters: ['instance', 'environment', 'state', 'action'],
  },
  resources: { people: ['owner'], filters: ['instance', 'environment'] },
};

/**
 * An instance has one environment and few types, a team works on few instances, and most of what it asked for is done.
 * PostgreSQL takes columns for independent unless it is told, expects rows where there are none, and would walk through the
 * whole list, or all rows of a large team, to find the first of them.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const [name, { people, filters }] of Object.entries(LOOKUPS)) {
    await knex.schema.alterTable(name, table => {
      for (const person of people) {
        for (const filter of filters) {
          table.index([person, filter, 'created_at', 'id']);
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
  for (const [name, { people, filters }] of Object.entries(LOOKUPS)) {
    await knex.raw('DROP STATISTICS ??', [`${name}_place_stats`]);
    await knex.schema.alterTable(name, table => {
      for (const person of people) {
        for (const filter of filters) {
          table.dropIndex([person, filter, 'created_at', 'id']);
        }
      }
    });
  }
};
