import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { PermissionCriteria } from '@backstage/plugin-permission-common';
import {
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  dataResourcesRequestReadPermission,
  dataResourcesResourceReadPermission,
} from '@data-resources/plugin-data-resources-common';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import {
  createDataResourcesRequestConditionalDecision,
  createDataResourcesResourceConditionalDecision,
  dataResourcesRequestConditions,
  dataResourcesResourceConditions,
} from './conditionExports';
import {
  criteriaToSql,
  SQL_OF_REQUESTS,
  SQL_OF_RESOURCES,
} from './criteriaToSql';
import { readVisiblePage } from '../database/readVisiblePage';
import { reasonsOf, type Reason } from './reasons';
import { ruledRequests } from './registerPermissions';
import { requestRules } from './requestRules';
import { resourceRules } from './resourceRules';

jest.setTimeout(120_000);

/** Few, so that rows and conditions meet; odd, so that quoting is tried. */
const ODD = [
  'group:default/a',
  'group:default/A',
  '',
  'NULL',
  "it's",
  '{a,"b"}',
  'a\\',
  '?',
  '$1',
  'größe 🙂',
];
const stored = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...ODD) },
  {
    weight: 1,
    arbitrary: fc
      .string({ unit: 'grapheme', maxLength: 4 })
      .filter(text => !text.includes('\0')),
  },
);
const asked = fc.oneof(
  { weight: 9, arbitrary: stored },
  { weight: 1, arbitrary: fc.constantFrom('\0', 'a\0b') },
);
const several = fc.array(asked, { maxLength: 4 });

/** Conditions of one of the leaves, in each other to some depth. */
function nested<T>(leaf: fc.Arbitrary<T>): fc.Arbitrary<PermissionCriteria<T>> {
  return fc.letrec<{ criteria: PermissionCriteria<T> }>(tie => ({
    criteria: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf as fc.Arbitrary<PermissionCriteria<T>>,
      fc.record({ not: tie('criteria') }),
      fc.record({ allOf: fc.array(tie('criteria'), { maxLength: 3 }) }),
      fc.record({ anyOf: fc.array(tie('criteria'), { maxLength: 3 }) }),
    ) as fc.Arbitrary<PermissionCriteria<T>>,
  })).criteria;
}

const ofRequests = dataResourcesRequestConditions;
const requestCriteria = nested(
  fc.oneof(
    several.map(claims => ofRequests.isOwner({ claims })),
    several.map(claims => ofRequests.isApprover({ claims })),
    asked.map(userRef => ofRequests.isRequester({ userRef })),
    several.map(environments => ofRequests.inEnvironment({ environments })),
    several.map(types => ofRequests.hasType({ types })),
  ),
);

/** Filters of a list, of those that a condition can also be about and of others. */
const filters = fc.record(
  {
    owner: stored,
    requested_by: stored,
    environment: stored,
    type: stored,
    state: fc.constantFrom('pending', 'failed'),
  },
  { requiredKeys: [] },
);

const ofResources = dataResourcesResourceConditions;
const resourceCriteria = nested(
  fc.oneof(
    several.map(claims => ofResources.isOwner({ claims })),
    several.map(environments => ofResources.inEnvironment({ environments })),
    several.map(types => ofResources.hasType({ types })),
  ),
);

const resourceFields = {
  owner: stored,
  environment: stored,
  type: stored,
};
const resources = fc.array(fc.record(resourceFields), {
  minLength: 1,
  maxLength: 8,
});
const requests = fc.array(
  fc.record({
    ...resourceFields,
    requested_by: stored,
    plan_revision: fc.integer({ min: 1, max: 2 }),
    approvers: fc.uniqueArray(
      fc.record({ group: stored, revision: fc.integer({ min: 1, max: 2 }) }),
      {
        maxLength: 4,
        selector: ({ group, revision }) => `${revision} ${group}`,
      },
    ),
  }),
  { minLength: 1, maxLength: 8 },
);

const REST_OF_RESOURCE = {
  engine: 'memory',
  instance: 'box-dev',
  name: 'a',
  spec: '{}',
  phase: 'ready',
  entity_ref: 'resource:default/a',
};

describe('permission rules', () => {
  const databases = testDatabases();
  let knex: Knex;
  /** Sizes of the answers, so that a test that only compares empty ones fails. */
  const seen = { none: 0, some: 0, all: 0 };
  const count = (found: number, of: number) => {
    if (found === 0) {
      seen.none += 1;
    } else if (found === of) {
      seen.all += 1;
    } else {
      seen.some += 1;
    }
  };

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({
      directory: path.resolve(__dirname, '../../migrations'),
    });
  });
  beforeEach(() => Object.assign(seen, { none: 0, some: 0, all: 0 }));

  /** Ids as lists have them, two on a page; all were made at one time, so the id decides. */
  async function everyPage(
    table: 'requests' | 'resources',
    rows: { where: Record<string, string>; ids?: string[] },
    scope: { sql: string; bindings: Knex.RawBinding[]; reasons?: Reason[] },
  ): Promise<string[]> {
    const { where, ids } = rows;
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await readVisiblePage<{ created_at: Date; id: string }>({
        knex,
        table,
        scope: {
          everything: false,
          narrow: query => query.whereRaw(scope.sql, scope.bindings),
          includes: () => true,
          reasons: scope.reasons,
        },
        where,
        filter: ids && (query => query.whereIn(`${table}.id`, ids)),
        page: { limit: 2, cursor },
      });
      found.push(...page.rows.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    return found;
  }

  it('should pick the same requests in memory and in the database, whatever a list is filtered by', async () => {
    const authorise = createConditionAuthorizer(Object.values(requestRules));
    const transform = createConditionTransformer(Object.values(requestRules));
    await fc.assert(
      fc.asyncProperty(
        requests,
        fc.array(requestCriteria, { minLength: 1, maxLength: 4 }),
        filters,
        async (rows, conditions, filter) => {
          const instance = randomUUID();
          const ids = await insertRequests(knex, rows, instance);
          const loaded = await ruledRequests(knex, ids);
          for (const each of conditions) {
            const criteria = transform(each) as never;
            const { sql, bindings } = criteriaToSql(criteria, SQL_OF_REQUESTS);
            const found: string[] = await knex('requests')
              .whereIn('id', ids)
              .whereRaw(sql, bindings)
              .pluck('id');
            const decision = createDataResourcesRequestConditionalDecision(
              dataResourcesRequestReadPermission,
              each,
            );
            const expected = loaded
              .filter(row => authorise(decision, row))
              .map(({ id }) => id);
            expect(found.sort()).toEqual(expected.sort());
            const scope = {
              sql,
              bindings,
              reasons: reasonsOf(criteria, SQL_OF_REQUESTS),
            };
            expect(
              await everyPage('requests', { where: { instance } }, scope),
            ).toEqual([...expected].sort().reverse());
            const matching = await knex('requests')
              .whereIn('id', expected)
              .where(filter)
              .orderBy('id', 'desc')
              .pluck('id');
            const where = { instance, ...filter };
            expect(await everyPage('requests', { where }, scope)).toEqual(
              matching,
            );
            count(found.length, ids.length);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(Math.min(seen.none, seen.some, seen.all)).toBeGreaterThan(10);
  });

  it('should pick the same resources in memory and in the database', async () => {
    const authorise = createConditionAuthorizer(Object.values(resourceRules));
    const transform = createConditionTransformer(Object.values(resourceRules));
    await fc.assert(
      fc.asyncProperty(
        resources,
        fc.array(resourceCriteria, { minLength: 1, maxLength: 4 }),
        async (fields, conditions) => {
          const rows = fields.map(row => ({ id: randomUUID(), ...row }));
          await knex('resources').insert(
            rows.map(row => ({ ...row, ...REST_OF_RESOURCE })),
          );
          for (const each of conditions) {
            const criteria = transform(each) as never;
            const { sql, bindings } = criteriaToSql(criteria, SQL_OF_RESOURCES);
            const found: string[] = await knex('resources')
              .whereIn(
                'id',
                rows.map(({ id }) => id),
              )
              .whereRaw(sql, bindings)
              .pluck('id');
            const decision = createDataResourcesResourceConditionalDecision(
              dataResourcesResourceReadPermission,
              each,
            );
            const expected = rows
              .filter(row => authorise(decision, row))
              .map(({ id }) => id);
            expect(found.sort()).toEqual(expected.sort());
            const paged = await everyPage(
              'resources',
              { where: {}, ids: rows.map(({ id }) => id) },
              {
                sql,
                bindings,
                reasons: reasonsOf(criteria, SQL_OF_RESOURCES),
              },
            );
            expect(paged).toEqual([...expected].sort().reverse());
            count(found.length, rows.length);
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(Math.min(seen.none, seen.some, seen.all)).toBeGreaterThan(10);
  });
});

type RandomRequest = typeof requests extends fc.Arbitrary<(infer T)[]>
  ? T
  : never;

async function insertRequests(
  knex: Knex,
  rows: RandomRequest[],
  instance: string,
): Promise<string[]> {
  const withIds = rows.map(row => ({ id: randomUUID(), ...row }));
  await knex('requests').insert(
    withIds.map(({ approvers, ...row }) => ({
      ...row,
      action: 'create',
      state: 'pending',
      input: '{}',
      engine: 'memory',
      instance,
      name: 'a',
      input_hash: 'a',
      plan_hash: 'a',
      expires_at: new Date(),
    })),
  );
  const approvers = withIds.flatMap(row =>
    row.approvers.map(({ group, revision }) => ({
      request_id: row.id,
      plan_revision: revision,
      group_ref: group,
      count: 1,
    })),
  );
  if (approvers.length > 0) {
    await knex('request_approvers').insert(approvers);
  }
  return withIds.map(({ id }) => id);
}
