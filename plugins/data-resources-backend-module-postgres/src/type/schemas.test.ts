import fc from 'fast-check';
import { checkDatabaseName, groupRoles } from './names';
import { checkSchemaName, namesOfSchemaRoles, schemaRoles } from './schemas';

const word = fc
  .array(fc.constantFrom('a', 'b', '_', 'owner', '_ro', '1'), {
    minLength: 1,
    maxLength: 6,
  })
  .map(parts => `x${parts.join('')}`);

describe('the group roles of a schema', () => {
  it('should never be those of another database or schema', () => {
    expect(schemaRoles('a_b', 'c').rw).not.toBe(schemaRoles('a', 'b_c').rw);
    fc.assert(
      fc.property(word, word, word, word, (database, schema, other, its) => {
        fc.pre(
          checkDatabaseName(database).length === 0 &&
            checkDatabaseName(other).length === 0 &&
            checkSchemaName(schema) === undefined &&
            checkSchemaName(its) === undefined,
        );
        const mine = namesOfSchemaRoles([schemaRoles(database, schema)]);
        const others = [
          ...Object.values(groupRoles(other)),
          ...(database === other && schema === its
            ? []
            : namesOfSchemaRoles([schemaRoles(other, its)])),
        ];
        expect(mine.filter(name => others.includes(name))).toEqual([]);
        expect(new Set(mine).size).toBe(3);
      }),
      { numRuns: 2_000 },
    );
  });
});
