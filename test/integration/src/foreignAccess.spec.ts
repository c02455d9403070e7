import {
  cqlAsAdmin,
  kafkaAcls,
  sqlAsAdmin,
} from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import {
  database,
  keyspace,
  topic,
  uniqueName,
  type CreateInput,
} from './support/inputs';
import { developer, engineer } from './support/Person';
import { approve, ask, completed, create, grantsOf } from './support/requests';

/** What an administrator does by hand, past the portal, and undoes. */
const kinds: Record<
  string,
  {
    input(): CreateInput;
    /** The right as the engine names it. */
    right: string;
    letIn(name: string, who: string): Promise<unknown>;
    drop(name: string, who: string): Promise<unknown>;
  }
> = {
  topic: {
    input: topic,
    right: 'READ',
    letIn: (name, who) => acl('--add', name, who),
    drop: (name, who) => acl('--remove', name, who, '--force'),
  },
  keyspace: {
    input: keyspace,
    right: 'SELECT',
    letIn: async (name, who) => {
      await cqlAsAdmin(`CREATE ROLE "${who}"`);
      await cqlAsAdmin(`GRANT SELECT ON KEYSPACE "${name}" TO "${who}"`);
    },
    drop: (_, who) => cqlAsAdmin(`DROP ROLE IF EXISTS "${who}"`),
  },
  database: {
    input: database,
    right: 'CONNECT',
    letIn: (name, who) =>
      sqlAsAdmin(
        'postgres-dev',
        `CREATE ROLE "${who}"; GRANT CONNECT ON DATABASE "${name}" TO "${who}"`,
      ),
    drop: (name, who) =>
      sqlAsAdmin(
        'postgres-dev',
        `REVOKE ALL ON DATABASE "${name}" FROM "${who}"; DROP ROLE "${who}"`,
      ),
  },
};

async function acl(
  verb: string,
  name: string,
  who: string,
  ...more: string[]
): Promise<unknown> {
  return kafkaAcls([
    verb,
    '--allow-principal',
    `User:${who}`,
    '--operation',
    'Read',
    '--topic',
    name,
    ...more,
  ]);
}

for (const [kind, { input, right, letIn, drop }] of Object.entries(kinds)) {
  test(`access to a ${kind} that somebody gave by hand should be kept when people agree to it`, async () => {
    test.setTimeout(120_000);
    const made = await create(developer, input());
    const who = uniqueName('by_hand');
    const keep = {
      action: 'update',
      resourceId: made.id,
      spec: made.spec,
      access: 'keep',
    };
    const nothing = await developer.post('/requests', keep);
    expect(nothing.status).toBe(400);

    await letIn(made.name, who);
    try {
      const asked = await ask(developer, keep);
      expect(asked.plan.steps).toEqual([]);
      expect(asked.plan.changes).toContainEqual({
        path: expect.stringMatching(
          new RegExp(`^access\\.(User:)?${who}\\.${right}$`, 'i'),
        ),
        to: expect.any(String),
        kind: 'in-place',
      });
      expect(asked.plan.findings).toContainEqual(
        expect.objectContaining({
          policy: 'request/foreign-access',
          effect: 'warn',
          message: expect.stringContaining(who),
        }),
      );
      await completed(
        developer,
        asked.state === 'pending' ? await approve(engineer, asked) : asked,
      );
      const { effectiveAccess } = await grantsOf(developer, made);
      expect(effectiveAccess.items).toContainEqual(
        expect.objectContaining({
          login: expect.stringContaining(who),
          baseline: true,
        }),
      );
      expect((await developer.post('/requests', keep)).status).toBe(400);
    } finally {
      await drop(made.name, who);
    }
  });
}
