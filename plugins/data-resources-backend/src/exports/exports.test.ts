import {
  createBackendModule,
  type BackendFeature,
} from '@backstage/backend-plugin-api';
import { dataResourcesResourceReadPermission } from '@data-resources/plugin-data-resources-common';
import {
  dataResourcesExportsExtensionPoint,
  loginSlots,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';
import { sampleConfig } from '../__testUtils__/sampleConfig';
import { TestPolicy } from '../__testUtils__/TestPolicy';
import {
  createDataResourcesResourceConditionalDecision,
  dataResourcesResourceConditions,
} from '../permissions/conditionExports';

jest.setTimeout(60_000);

const API = 'component:default/payments-api';
const WORKER = 'component:default/shipping-worker';

const sticker: ExportFormat = {
  id: 'sticker',
  title: 'Sticker',
  description: 'What an adopter needs',
  audience: 'declaration',
  render: ({ name, instance }) => ({
    fileName: 'sticker.txt',
    language: 'text',
    text: `${name} on ${instance.name}, at most ${instance.limits.size}\n`,
  }),
};
const broken: ExportFormat = {
  ...sticker,
  id: 'broken',
  title: 'Broken',
  render: () => {
    throw new Error('out of ink');
  },
};

function adopters(type: string, ...formats: ExportFormat[]): BackendFeature {
  return createBackendModule({
    pluginId: 'data-resources',
    moduleId: 'adopters-exports',
    register(env) {
      env.registerInit({
        deps: { exports: dataResourcesExportsExtensionPoint },
        async init({ exports }) {
          formats.forEach(format => exports.addExport(type, format));
        },
      });
    },
  });
}

describe('exports', () => {
  const databases = testDatabases();
  const policy = new TestPolicy();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      permissions: policy,
      features: [adopters('memory-box', sticker, broken)],
    });
  });
  afterEach(() => policy.reset());
  afterAll(async () => portal.stop());

  const read = (id: string, query = '', caller = 'payments-dev') =>
    portal.get(caller, `/resources/${id}/exports${query}`);
  const textOf = (body: any, id: string) =>
    body.items.find((item: any) => item.id === id)?.text;

  it('should give every format its text, those of adopters behind, without one that has nothing to say', async () => {
    const id = await portal.readyBox('plain');

    const { status, body } = await read(id);

    expect(status).toBe(200);
    expect(body.items.map((item: any) => item.id)).toEqual([
      'label',
      'dial',
      'sticker',
      'broken',
    ]);
    expect(body.items[0]).toEqual({
      id: 'label',
      title: 'Label',
      description: 'For the front of the box',
      audience: 'declaration',
      fileName: 'plain.json',
      language: 'json',
      text: expect.any(String),
    });
    expect(JSON.parse(textOf(body, 'label'))).toEqual({
      name: 'plain',
      spec: { size: 3 },
      grants: [`${API} reader`],
      elsewhere: [],
    });
    expect(textOf(body, 'sticker')).toBe('plain on box-dev, at most 100\n');
    expect(body.principals).toEqual([{ principal: API, roles: ['reader'] }]);
    expect(body.variables).toEqual({
      username: 'MEMORY_USERNAME',
      password: 'MEMORY_PASSWORD',
    });
  });

  it('should not lose the others over one that fails, and keep the reason to itself', async () => {
    const { body } = await read(await portal.readyBox('mishap'));

    expect(body.items.find((item: any) => item.id === 'broken')).toMatchObject({
      title: 'Broken',
      problem: expect.stringContaining('log'),
    });
    expect(JSON.stringify(body)).not.toContain('out of ink');
  });

  it('should write the client configuration of the chosen workload', async () => {
    const id = await portal.readyBox('chosen');
    const { base } = loginSlots({
      principal: API,
      environment: 'dev',
      installationId: sampleConfig.installationId,
    });

    expect(textOf((await read(id)).body, 'dial')).toContain(
      'chosen for anybody as anything',
    );
    expect(textOf((await read(id, `?principal=${API}`)).body, 'dial')).toBe(
      `chosen for ${base} as reader with $MEMORY_USERNAME and $MEMORY_PASSWORD\n`,
    );
  });

  it('should say who has a grant when asked for somebody who has none', async () => {
    const id = await portal.readyBox('unknown');

    const { status, body } = await read(id, `?principal=${WORKER}`);

    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      path: 'principal',
      message: expect.stringContaining(`those that have one: ${API}`),
    });
  });

  it('should tell grants of the same workloads elsewhere, as far as the reader sees the resources', async () => {
    const id = await portal.readyBox('here');
    const there = await portal.readyBox('there');
    const elsewhere = async () =>
      JSON.parse(textOf((await read(id)).body, 'label')).elsewhere;

    expect(await elsewhere()).toContain(`${API} reader of there`);

    await knex('resources')
      .where({ id: there })
      .update({ owner: 'group:default/logistics' });
    policy.decide(dataResourcesResourceReadPermission, () =>
      createDataResourcesResourceConditionalDecision(
        dataResourcesResourceReadPermission,
        dataResourcesResourceConditions.isOwner({
          claims: ['group:default/payments'],
        }),
      ),
    );
    expect(await elsewhere()).not.toContain(`${API} reader of there`);
    expect((await elsewhere()).length).toBeGreaterThan(0);
  });

  it('should not name a grant that has ended', async () => {
    const id = await portal.readyBox('ended');
    const { body: grants } = await portal.get(
      'payments-dev',
      `/resources/${id}/grants`,
    );
    const asked = await portal.post('payments-dev', '/requests', {
      action: 'revoke',
      grantId: grants.items[0].id,
    });
    await portal.until(asked.body.id, 'completed');

    expect(JSON.parse(textOf((await read(id)).body, 'label')).grants).toEqual(
      [],
    );
    expect((await read(id, `?principal=${API}`)).status).toBe(400);
  });

  it('should answer one export as a file of plain text', async () => {
    const id = await portal.readyBox('file');

    const answer = await read(id, `/dial?principal=${API}`);

    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': 'attachment; filename="dial.txt"',
    });
    expect(answer.text).toContain('file for payments_api_');
    for (const unknown of ['nothing', 'no-such']) {
      const { status, body } = await read(id, `/${unknown}`);
      expect(status).toBe(404);
      expect(body.error.message).toContain('label, dial');
    }
  });

  it('should show nothing of a resource that the caller may not see', async () => {
    const id = await portal.readyBox('hidden');
    policy.deny(dataResourcesResourceReadPermission);

    for (const path of ['', '/label']) {
      const { status, body } = await read(id, path);
      expect(status).toBe(404);
      expect(JSON.stringify(body)).not.toContain('hidden');
    }
  });

  it.each([
    ['an id that is taken', [sticker, sticker], /"sticker" already/],
    [
      'an id that does not fit into a URL',
      [{ ...sticker, id: 'My Sticker' }],
      /"My Sticker" of memory-box must have an id/,
    ],
  ])('should refuse to start with %s', async (_, formats, message) => {
    await expect(
      TestPortal.start({
        knex,
        features: [adopters('memory-box', ...formats)],
      }),
    ).rejects.toThrow(message);
  });

  it('should refuse to start with an export for a type that nobody brings', async () => {
    await expect(
      TestPortal.start({ knex, features: [adopters('memory-crate', sticker)] }),
    ).rejects.toThrow(/"memory-crate", which no engine brings.*memory-box/);
  });
});
