import type { Knex } from 'knex';
import { testDatabases } from '../__testUtils__/database';
import { TestPortal } from '../__testUtils__/Portal';

jest.setTimeout(60_000);

const CROWD = Array.from({ length: 10 }, (_, n) => `helper-${n}`);

/** Lets a person join groups, in the portal's catalog. */
function join(portal: TestPortal, person: string, ...groups: string[]): void {
  const ref = `user:default/${person}`;
  const [, sample] = [...portal.entities].find(
    ([key]) => key === 'user:default/auditor',
  )!;
  const before = portal.entities.get(ref) ?? {
    ...sample,
    metadata: { ...sample.metadata, name: person },
  };
  portal.entities.set(ref, {
    ...before,
    relations: [
      ...(before.relations ?? []),
      ...groups.map(group => ({
        type: 'memberOf',
        targetRef: `group:default/${group}`,
      })),
    ],
  });
  for (const group of groups) {
    const entity = portal.entities.get(`group:default/${group}`)!;
    entity.relations = [
      ...(entity.relations ?? []),
      { type: 'hasMember', targetRef: ref },
    ];
  }
}

describe('several approvers', () => {
  const databases = testDatabases();
  let knex: Knex;
  let portal: TestPortal;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    portal = await TestPortal.start({
      knex,
      config: {
        policies: [
          {
            name: 'three-of-platform',
            match: { actions: ['create'] },
            when: 'spec.size == 50',
            approve: { group: 'group:default/platform', count: 3 },
          },
          {
            name: 'both-sides',
            match: { actions: ['create'] },
            when: 'spec.size == 60',
            approve: [
              { group: 'group:default/platform', count: 1 },
              { group: 'group:default/logistics' },
            ],
          },
          {
            name: 'two-small-groups',
            match: { actions: ['create'] },
            when: 'spec.size == 70',
            approve: [
              { group: 'group:default/logistics' },
              { group: 'group:default/lonely' },
            ],
          },
        ],
      },
    });
    CROWD.forEach(person => join(portal, person, 'platform'));
    // In two groups; the only one of logistics besides logistics-dev.
    join(portal, 'platform-lead', 'logistics');
  });
  afterAll(async () => portal.stop());

  const asked = async (name: string, size: number, caller?: string) =>
    (await portal.ask(name, { spec: { size } }, caller)).body;
  const approve = (caller: string, request: any) =>
    portal.post(caller, `/requests/${request.id}/approve`, {
      planHash: request.plan.hash,
    });

  it('should count each of 50 approvals that come at once, each person once, and no more than are needed', async () => {
    const request = await asked('crowded', 50);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        approve(CROWD[n % CROWD.length], request),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(47);
    const done = await portal.until(request.id, 'completed');
    expect(done.decisions).toHaveLength(3);
    expect(new Set(done.decisions.map(({ by }: any) => by)).size).toBe(3);
    expect(portal.dev.acted.filter(kind => kind === 'create')).toHaveLength(1);
  });

  it('should not lose one of two different people who decide at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const request = await asked(`pair-${round}`, 50);
      const answers = await Promise.all(
        CROWD.slice(0, 3).map(person => approve(person, request)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      await portal.until(request.id, 'completed');
    }
  });

  it('should let nobody count twice, and count a person of two groups where others cannot', async () => {
    const request = await asked('two-sides', 60);
    const first = await approve('platform-lead', request);
    // Platform has others, and logistics one other: both ways are open.
    expect(first.body.decisions).toHaveLength(1);
    expect(first.body.can).toEqual([]);
    expect((await approve('platform-lead', request)).status).toBe(409);
    const { group } = first.body.decisions[0];
    const other = group.endsWith('platform') ? 'logistics-dev' : CROWD[0];
    expect((await approve(other, request)).status).toBe(200);
    await portal.until(request.id, 'completed');
  });

  it('should count a person for the group that has nobody else', async () => {
    const request = await asked('scarce', 60, 'payments-dev');
    const logistics = portal.entities.get('group:default/logistics')!;
    const before = logistics.relations;
    logistics.relations = before!.filter(
      ({ targetRef }) => targetRef !== 'user:default/logistics-dev',
    );
    try {
      const first = await approve('platform-lead', request);
      expect(first.body.decisions).toMatchObject([
        { group: 'group:default/logistics' },
      ]);
      expect((await approve(CROWD[0], request)).status).toBe(200);
      await portal.until(request.id, 'completed');
    } finally {
      logistics.relations = before;
    }
  });

  it('should refuse at once what would need one person twice', async () => {
    const logistics = portal.entities.get('group:default/logistics')!;
    const lonely = portal.entities.get('group:default/lonely')!;
    const before = [logistics.relations, lonely.relations];
    const hermit = [{ type: 'hasMember', targetRef: 'user:default/hermit' }];
    logistics.relations = hermit;
    lonely.relations = hermit;
    try {
      const refused = await portal.ask('twice', { spec: { size: 70 } });
      expect(refused.status).toBe(400);
      expect(refused.body.error.findings).toMatchObject([
        {
          policy: 'approval/nobody-can-decide',
          effect: 'deny',
          message: expect.stringContaining('each person once'),
        },
      ]);
    } finally {
      [logistics.relations, lonely.relations] = before;
    }
  });

  it('should let nobody change or remove a decision, not even in the database', async () => {
    const request = await asked('for-good', 50);
    await approve(CROWD[0], request);
    const ofRequest = () => knex('decisions').where({ request_id: request.id });
    await expect(ofRequest().update({ effect: 'reject' })).rejects.toThrow(
      'never changed or removed',
    );
    await expect(ofRequest().delete()).rejects.toThrow(
      'never changed or removed',
    );
  });
});
