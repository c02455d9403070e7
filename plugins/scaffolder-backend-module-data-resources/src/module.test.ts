import { TestDatabases } from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import type { JsonObject } from '@backstage/types';
import { TestApi } from './__testUtils__/TestApi';
import { TestScaffolder } from './__testUtils__/TestScaffolder';

jest.setTimeout(60_000);

const CREATE: JsonObject = {
  action: 'create',
  type: 'postgres-database',
  instance: 'postgres-dev',
  name: 'payments',
  owner: 'group:default/payments',
  spec: { connectionLimit: 20 },
};

function template(name: string, ...steps: JsonObject[]): Entity {
  return {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: {
      name,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': 'file:/templates/template.yaml',
      },
    },
    spec: {
      type: 'data-resource',
      parameters: [],
      steps: steps.map(step => ({ action: 'data-resources:request', ...step })),
      output: { all: '${{ steps }}' },
    },
  };
}

const one = template('one', { id: 'ask', input: CREATE });
const many = template('many', {
  id: 'ask',
  each: ['payments', 'ledger', 'audit'],
  input: { ...CREATE, name: '${{ each.value }}' },
});
const others = template(
  'others',
  { id: 'a', input: { action: 'delete', resourceId: 'r1', reason: 'Old' } },
  {
    id: 'b',
    input: {
      action: 'grant',
      resourceId: 'r1',
      principal: 'component:default/payments-api',
      role: 'reader',
    },
  },
  { id: 'c', input: { action: 'revoke', grantId: 'g1' } },
  { id: 'd', input: { action: 'revoke', grantId: 'g1' } },
);
const wrong = template('wrong', {
  id: 'ask',
  input: { ...CREATE, password: 'hunter2' },
});

describe('data-resources:request', () => {
  let api: TestApi;
  let scaffolder: TestScaffolder;

  // Before the databases are registered, which end in the same order.
  afterAll(async () => {
    await scaffolder.stop();
  });

  const databases = TestDatabases.create({ ids: ['POSTGRES_18', 'SQLITE_3'] });

  beforeAll(async () => {
    api = new TestApi();
    scaffolder = await TestScaffolder.start({
      api,
      knex: await databases.init(
        databases.supports('POSTGRES_18') ? 'POSTGRES_18' : 'SQLITE_3',
      ),
      templates: [one, many, others, wrong],
    });
  });

  beforeEach(() => {
    api.calls.length = 0;
    api.findings = [];
    api.failures = [];
  });

  it('should be listed with examples', async () => {
    const action = (await scaffolder.actions()).find(
      ({ id }) => id === 'data-resources:request',
    );
    expect(action?.examples).toHaveLength(6);
  });

  it('should ask in the name of the user and give the request', async () => {
    const task = await scaffolder.run('one', {});
    expect(task.status).toBe('completed');
    expect(api.calls).toEqual([
      expect.objectContaining({ user: 'user:default/dev', body: CREATE }),
    ]);
    const id = /request-\d+/.exec(task.log)?.[0];
    expect(task.output).toEqual({
      all: {
        ask: {
          output: {
            requestId: id,
            state: 'pending',
            planHash: 'a-plan-hash',
            requestUrl: `http://portal.test/data-resources/requests/${id}`,
          },
        },
      },
    });
  });

  it('should make a request per item of each', async () => {
    const task = await scaffolder.run('many', {});
    expect(task.status).toBe('completed');
    expect(api.calls.map(({ body }) => body.name)).toEqual([
      'payments',
      'ledger',
      'audit',
    ]);
    expect(new Set(api.calls.map(call => call.idempotencyKey)).size).toBe(3);
  });

  it('should delete, grant and revoke, each step on its own', async () => {
    const task = await scaffolder.run('others', {});
    expect(task.status).toBe('completed');
    expect(api.calls.map(({ body }) => body)).toEqual([
      { action: 'delete', resourceId: 'r1', reason: 'Old' },
      {
        action: 'grant',
        resourceId: 'r1',
        principal: 'component:default/payments-api',
        role: 'reader',
      },
      { action: 'revoke', grantId: 'g1' },
      { action: 'revoke', grantId: 'g1' },
    ]);
    expect(new Set(api.calls.map(call => call.idempotencyKey)).size).toBe(4);
  });

  it('should not ask again for what a failed task has asked for', async () => {
    // The second of three fails; a retry of the task starts the step from the beginning, and the
    // first is known from its checkpoint.
    api.failures = [
      undefined,
      { status: 503, error: { name: 'ServiceUnavailableError', message: 'x' } },
    ];
    const failed = await scaffolder.run('many', {});
    expect(failed.status).toBe('failed');
    const first = api.calls.map(call => call.idempotencyKey);
    expect(first).toHaveLength(2);

    const retried = await scaffolder.retry(failed.id);
    expect(retried.status).toBe('completed');
    const keys = api.calls.map(call => call.idempotencyKey);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(3);
    const requests = retried.log.match(/requests\/request-\d+/g) ?? [];
    expect(new Set(requests).size).toBe(3);
  });

  it('should come to the same request when an answer was lost', async () => {
    const before = api.stored;
    api.losesNextAnswer = true;
    const failed = await scaffolder.run('one', {});
    expect(failed.status).toBe('failed');
    const retried = await scaffolder.retry(failed.id);
    expect(retried.status).toBe('completed');
    expect(api.calls).toHaveLength(2);
    expect(api.stored).toBe(before + 1);
  });

  it('should say which field is wrong and what the policies found', async () => {
    api.failures = [
      {
        status: 400,
        error: {
          name: 'InputError',
          message: 'Policies refuse the request',
          findings: [
            {
              policy: 'connections',
              effect: 'deny',
              path: 'spec.connectionLimit',
              message: 'At most 10 connections are free; ask for 10 or less',
            },
          ],
        },
      },
      {
        status: 400,
        error: {
          name: 'InputError',
          message: 'must be lower case',
          path: 'name',
        },
      },
    ];
    const denied = await scaffolder.run('one', {});
    expect(denied.status).toBe('failed');
    expect(denied.log).toContain(
      'Policies refuse the request\n- deny (connections, spec.connectionLimit): At most 10 connections are free; ask for 10 or less',
    );
    const invalid = await scaffolder.run('one', {});
    expect(invalid.log).toContain('InputError: name: must be lower case');
  });

  it.each([
    [403, 'NotAllowedError', 'You are no member of group:default/payments'],
    [409, 'ConflictError', 'The name is taken'],
    [503, 'ServiceUnavailableError', 'postgres-dev cannot be reached'],
  ])('should say why on %i', async (status, name, message) => {
    api.failures = [{ status, error: { name, message } }];
    const task = await scaffolder.run('one', {});
    expect(task.status).toBe('failed');
    expect(task.log).toContain(`${name}: ${message}`);
    expect(task.log).not.toContain('toTaskError');
  });

  it('should refuse an input that it does not know, a password for example', async () => {
    const task = await scaffolder.run('wrong', {});
    expect(task.status).toBe('failed');
    expect(task.log).toContain('password');
    expect(task.log).not.toContain('hunter2');
    expect(api.calls).toEqual([]);
  });

  describe('in a dry run', () => {
    it('should show the plan and ask for nothing', async () => {
      api.findings = [
        { policy: 'size', effect: 'warn', message: 'That is a lot' },
      ];
      const { log, error } = await scaffolder.dryRun(one, {});
      expect(error).toBeUndefined();
      expect(log).toContain('a-plan-hash');
      expect(log).toContain('Create the topic: createTopics payments');
      expect(log).toContain('warn (size): That is a lot');
      expect(log).toContain('To be approved by 1 of group:default/platform');
      expect(api.calls).toEqual([
        expect.objectContaining({
          path: '/v1/plans',
          user: 'user:default/dev',
          body: CREATE,
        }),
      ]);
    });

    it('should fail when a policy would refuse the request', async () => {
      api.findings = [
        {
          policy: 'size',
          effect: 'deny',
          path: 'spec.connectionLimit',
          message: 'At most 10',
        },
      ];
      const { error } = await scaffolder.dryRun(one, {});
      expect(error).toContain('400');
      expect(error).toContain('deny (size, spec.connectionLimit): At most 10');
    });
  });
});
