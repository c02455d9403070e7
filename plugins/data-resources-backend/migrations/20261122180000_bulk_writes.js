// @ts-check

/** What is changed some times soon after it was written, mostly in columns that no index has. */
const CHANGING = ['requests', 'resources', 'operations'];

/**
 * Many requests at once are many rows that change: with room on their own pages the indexes need not
 * change with them. And what the audit trail compares of each row when it is numbered is compared as
 * the row it is, and not as JSON made of it twice.
 *
 * @param {import('knex').Knex} knex
 */
exports.up = async function up(knex) {
  for (const table of CHANGING) {
    await knex.raw('ALTER TABLE ?? SET (fillfactor = 60)', [table]);
  }
  await knex.raw(`
    CREATE OR REPLACE FUNCTION data_resources_audit_guard() RETURNS trigger AS $$
    DECLARE
      unnumbered record;
    BEGIN
      IF TG_OP = 'UPDATE' AND OLD.position IS NULL AND NEW.position IS NOT NULL THEN
        unnumbered := NEW;
        unnumbered.position := OLD.position;
        unnumbered.hash := OLD.hash;
        -- Byte by byte.
        IF unnumbered *= OLD THEN
          RETURN NEW;
        END IF;
      END IF;
      RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME;
    END
    $$ LANGUAGE plpgsql
  `);
};

/**
 * @param {import('knex').Knex} knex
 */
exports.down = async function down(knex) {
  await knex.raw(`
    CREATE OR REPLACE FUNCTION data_resources_audit_guard() RETURNS trigger AS $$
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
  for (const table of CHANGING) {
    await knex.raw('ALTER TABLE ?? RESET (fillfactor)', [table]);
  }
};
