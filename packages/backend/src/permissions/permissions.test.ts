import { randomUUID } from 'node:crypto';
import {
  coreServices,
  createServiceFactory,
  type BackstageCredentials,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
  TestDatabases,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import permissionBackend from '@backstage/plugin-permission-backend';
import {
  AuthorizeResult,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import dataResources from '@data-resources/plugin-data-resources-backend';
import { dataResourcesPermissions } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import request from 'supertest';
import samplePolicy from '.';

jest.setTimeout(60_000);

const GROUPS: Record<string, string[]> = {
  requester: ['payments'],
  colleague: ['payments'],
  approver: ['security'],
  'platform-lead': ['platform'],
  auditor: ['auditors'],
  stranger: ['logistics'],
  nobody: [],
};
const groupsOf = (userRef: string) =>
  GROUPS[userRef.split('/')[1]].map(name => `group:default/${name}`);

/** As Backstage's own, and other than its mock, says which plugin acts for a user. */
const authFactory = createServiceFactory({
  service: coreServices.auth,
  deps: { plugin: coreServices.pluginMetadata },
  factory({ plugin }) {
    const pluginId = plugin.getId();
    const auth = mockServices.auth({ pluginId });
    return mockServices.auth.mock({
      authenticate: auth.authenticate.bind(auth),
      getOwnServiceCredentials: auth.getOwnServiceCredentials.bind(auth),
      isPrincipal: auth.isPrincipal.bind(auth) as typeof auth.isPrincipal,
      async getPluginRequestToken(options) {
        const { onBehalfOf } = options;
        return auth.isPrincipal(onBehalfOf, 'user')
          ? {
              token: mockCredentials.user.token(
                onBehalfOf.principal.userEntityRef,
                { actor: { subject: `plugin:${pluginId}` } },
              ),
            }
          : auth.getPluginRequestToken(options);
      },
    });
  },
});

describe('the sample permission policy', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let backend: TestBackend;

  beforeAll(async () => {
    const knex = await databases.init('POSTGRES_18');
    backend = await startTestBackend({
      features: [
        permissionBackend,
        dataResources,
        samplePolicy,
        mockServices.rootConfig.factory({
          data: {
            permission: { enabled: true },
            dataResources: {
              installationId: 'test',
              platformGroup: 'group:default/platform',
              environments: ['dev'],
              instances: [],
            },
          },
        }),
        mockServices.database.factory({ knex }),
        catalogServiceMock.factory({ entities: users() }),
        authFactory,
        createServiceFactory({
          service: coreServices.userInfo,
          deps: {},
          factory: () => ({
            async getUserInfo({ principal }: BackstageCredentials<any>) {
              const { userEntityRef } = principal;
              return {
                userEntityRef,
                ownershipEntityRefs: [
                  userEntityRef,
                  ...groupsOf(userEntityRef),
                ],
              };
            },
          }),
        }),
      ],
    });
    await knex('resources').insert({
      id: randomUUID(),
      ...subject('topic'),
      spec: '{}',
      phase: 'ready',
      entity_ref: 'resource:default/topic',
    });
    await addRequest(knex, 'of-payments', {
      requested_by: 'user:default/requester',
      approvers: { 1: ['security'] },
    });
    await addRequest(knex, 'planned-anew', {
      requested_by: 'user:default/requester',
      approvers: { 1: ['security'], 2: ['platform'] },
    });
    await addRequest(knex, 'of-logistics', {
      owner: 'group:default/logistics',
      requested_by: 'user:default/stranger',
      approvers: { 1: ['platform'] },
    });
  });
  afterAll(async () => backend.stop());

  const get = (person: string, path: string) =>
    request(backend.server)
      .get(path)
      .set(
        'Authorization',
        mockCredentials.user.header(`user:default/${person}`),
      );
  const names = async (person: string, path: string) => {
    const { body } = await get(person, `/api/data-resources/v1${path}`);
    return body.items.map(({ name }: { name: string }) => name).sort();
  };

  it.each([
    ['requester', ['of-payments', 'planned-anew']],
    ['colleague', ['of-payments', 'planned-anew']],
    ['approver', ['of-payments']],
    ['platform-lead', ['of-logistics', 'of-payments', 'planned-anew']],
    ['auditor', ['of-logistics', 'of-payments', 'planned-anew']],
    ['stranger', ['of-logistics']],
    ['nobody', []],
  ])(
    'should show %s the requests %j, and every resource',
    async (who, seen) => {
      expect(await names(who, '/requests')).toEqual(seen);
      expect(await names(who, '/resources')).toEqual(['topic']);
    },
  );

  it.each([
    ['platform-lead', AuthorizeResult.ALLOW],
    ['auditor', AuthorizeResult.ALLOW],
    ['requester', AuthorizeResult.DENY],
    ['nobody', AuthorizeResult.DENY],
  ])('should answer %s about the audit trail: %s', async (who, result) => {
    const answer = await request(backend.server)
      .post('/api/permission/authorize')
      .set('Authorization', mockCredentials.user.header(`user:default/${who}`))
      .send({
        items: [
          {
            id: 'a',
            permission: dataResourcesPermissions.find(
              ({ name }) => name === 'data-resources.audit.read',
            ),
          },
        ],
      });
    expect(answer.body).toEqual({ items: [{ id: 'a', result }] });
  });

  it('should be applied by id as well, as pages do that ask about one request', async () => {
    const { body } = await get(
      'platform-lead',
      '/api/data-resources/v1/requests',
    );
    const permission = dataResourcesPermissions.find(
      ({ name }) => name === 'data-resources.request.read',
    );
    const { body: answer } = await request(backend.server)
      .post('/api/permission/authorize')
      .set(
        'Authorization',
        mockCredentials.user.header('user:default/approver'),
      )
      .send({
        items: [...body.items.map(({ id }: any) => id), 'none'].map(id => ({
          id,
          permission,
          resourceRef: id,
        })),
      });
    const allowed = answer.items
      .filter(({ result }: any) => result === AuthorizeResult.ALLOW)
      .map(({ id }: any) => id);
    expect(answer.items).toHaveLength(4);
    expect(allowed).toEqual([
      body.items.find(({ name }: any) => name === 'of-payments').id,
    ]);
  });

  it('should find every permission and rule among what the plugin tells policy tools', async () => {
    const { body } = await get(
      'requester',
      '/api/data-resources/.well-known/backstage/permissions/metadata',
    );
    expect(body.permissions.map(({ name }: any) => name).sort()).toEqual(
      dataResourcesPermissions.map(({ name }) => name).sort(),
    );
    expect(
      body.rules.map(
        ({ resourceType, name }: any) => `${resourceType} ${name}`,
      ),
    ).toEqual([
      'data-resources-request IS_OWNER',
      'data-resources-request IS_REQUESTER',
      'data-resources-request IS_APPROVER',
      'data-resources-request IN_ENVIRONMENT',
      'data-resources-request HAS_TYPE',
      'data-resources-resource IS_OWNER',
      'data-resources-resource IN_ENVIRONMENT',
      'data-resources-resource HAS_TYPE',
    ]);
    expect(
      dataResourcesPermissions.filter(p => isResourcePermission(p)),
    ).toHaveLength(7);
  });
});

function users(): Entity[] {
  return Object.keys(GROUPS).map(name => ({
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'User',
    metadata: { name, namespace: 'default' },
    relations: groupsOf(`user:default/${name}`).map(targetRef => ({
      type: 'memberOf',
      targetRef,
    })),
  }));
}

function subject(name: string) {
  return {
    type: 'kafka-topic',
    engine: 'kafka',
    instance: 'kafka-dev',
    environment: 'dev',
    name,
    owner: 'group:default/payments',
  };
}

async function addRequest(
  knex: Knex,
  name: string,
  options: {
    requested_by: string;
    owner?: string;
    /** Groups by the revision of the plan that they are asked to approve. */
    approvers: Record<number, string[]>;
  },
): Promise<void> {
  const { approvers, ...fields } = options;
  const id = randomUUID();
  const revisions = Object.keys(approvers).map(Number);
  await knex('requests').insert({
    id,
    action: 'create',
    state: 'pending',
    input: '{"action":"create"}',
    ...subject(name),
    ...fields,
    input_hash: 'a',
    plan_revision: Math.max(...revisions),
    plan_hash: 'a',
    expires_at: new Date('2100-01-01'),
  });
  for (const revision of revisions) {
    const required = approvers[revision].map(group => ({
      group: `group:default/${group}`,
      count: 1,
      given: 0,
    }));
    await knex('request_plans').insert({
      request_id: id,
      revision,
      hash: 'a',
      steps: '[]',
      plan: JSON.stringify({
        risk: 'low',
        changes: [],
        findings: [],
        approval: { mode: 'manual', required },
        observedAt: '2026-11-21T12:00:00.000Z',
      }),
    });
    await knex('request_approvers').insert(
      required.map(({ group, count }) => ({
        request_id: id,
        plan_revision: revision,
        group_ref: group,
        count,
      })),
    );
  }
}
