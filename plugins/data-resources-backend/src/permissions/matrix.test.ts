import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dataResourcesPermissions } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { eventually, TestPortal } from '../__testUtils__/Portal';
import { sampleConfig } from '../__testUtils__/sampleConfig';
import { TestPolicy } from '../__testUtils__/TestPolicy';
import { spec } from '../schema/openapi/generated';
import {
  MATRIX,
  matrixMarkdown,
  ROLES,
  type Row,
} from './__testUtils__/matrix';
import { MatrixCalls } from './__testUtils__/matrixCalls';

jest.setTimeout(60_000);

const DOCUMENT = path.resolve(__dirname, '../../../../docs/permissions.md');
const PREFIX = 'data-resources.';
const BEGIN = '<!-- matrix: begin -->';
/** Answers what may be seen, where there is nothing as well. */
const LIST = /^GET \/\w+$/;
const END = '<!-- matrix: end -->';

describe('every role at every endpoint', () => {
  const databases = testDatabases();
  const policy = new TestPolicy();
  let knex: Knex;
  let portal: TestPortal;
  let calls: MatrixCalls;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      permissions: policy,
      config: {
        discovery: { interval: '1 second' },
        policies: [
          ...sampleConfig.policies,
          {
            name: 'security-decides-in-prod',
            match: { environments: ['prod'] },
            approve: { group: 'group:default/security' },
          },
        ],
      },
    });
    calls = await MatrixCalls.create(portal, policy);
  });
  afterAll(async () => portal.stop());
  afterEach(async () => {
    policy.reset();
    await eventually(
      async () => knex('requests').whereIn('state', ['approved', 'executing']),
      working => working.length === 0,
    );
  });

  it('should be about somebody who approves another request', async () => {
    const { body } = await portal.ask('in-prod', { instance: 'box-prod' });
    const waiting = await portal.get(
      'security-officer',
      '/requests?approvableBy=me',
    );
    expect(waiting.body.items).toMatchObject([{ id: body.id }]);
  });

  it('should be in the table', () => {
    const endpoints = Object.entries(spec.paths).flatMap(([route, methods]) =>
      Object.keys(methods)
        .filter(method => /^(get|post|put|patch|delete)$/.test(method))
        .map(method => `${method.toUpperCase()} ${route.replace('/v1', '')}`),
    );
    const rows = MATRIX.map(({ endpoint }) => endpoint.split(': ')[0]);
    expect([...new Set(rows)].sort()).toEqual(endpoints.sort());
  });

  describe.each(MATRIX.map(row => [row.endpoint, row] as const))(
    '%s',
    (endpoint, { answers }: Row) => {
      it.each(ROLES.map(({ title, caller }, n) => [answers[n], title, caller]))(
        'should answer %s to: %s',
        async (status, _, caller) => {
          const answer = await calls.call(endpoint, caller as never);
          expect({ status: answer.status, ...answer.body }).toMatchObject({
            status,
          });
        },
      );
    },
  );

  const permitted = ({ answers }: Row) =>
    ROLES[answers.findIndex(status => status >= 200 && status < 300)].caller;

  const needed = MATRIX.flatMap(row =>
    row.permissions.map(name => [row.endpoint, name, row] as const),
  );
  const ofLists = needed.filter(([endpoint]) => LIST.test(endpoint));
  const ofOthers = needed.filter(([endpoint]) => !LIST.test(endpoint));

  it.each(ofLists)(
    'should list nothing at %s without %s',
    async (endpoint, name, row) => {
      const list = async () =>
        (await calls.call(endpoint, permitted(row))).body.items;
      expect(await list()).not.toEqual([]);
      policy.deny({ name: PREFIX + name } as never);
      expect(await list()).toEqual([]);
    },
  );

  it.each(ofOthers)(
    'should refuse %s without %s',
    async (endpoint, name, row) => {
      policy.deny({ name: PREFIX + name } as never);
      const { status } = await calls.call(endpoint, permitted(row));
      expect([400, 403, 404]).toContain(status);
    },
  );

  it.each(MATRIX.map(row => [row.endpoint, row] as const))(
    'should need for %s no other permission',
    async (endpoint, row) => {
      const left = row.permissions.map(name => PREFIX + name);
      dataResourcesPermissions
        .filter(({ name }) => !left.includes(name))
        .forEach(permission => policy.deny(permission));
      const { status } = await calls.call(endpoint, permitted(row));
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(300);
    },
  );
});

describe('docs/permissions.md', () => {
  it('should hold the table (UPDATE_DOCS=1 writes it)', () => {
    const text = readFileSync(DOCUMENT, 'utf8');
    const [before, rest] = text.split(BEGIN);
    const after = rest.split(END)[1];
    const table = `\n\n${matrixMarkdown()}\n\n`;
    const right = [before, BEGIN, table, END, after].join('');
    if (process.env.UPDATE_DOCS) {
      writeFileSync(DOCUMENT, right);
    }
    expect(readFileSync(DOCUMENT, 'utf8')).toBe(right);
  });
});
