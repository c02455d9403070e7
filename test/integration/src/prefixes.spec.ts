import { kafkaAcls } from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import { consume, produce } from './support/clients/kafka';
import { components, useComponents } from './support/components';
import { ofLogistics, PAYMENTS, topic, uniqueName } from './support/inputs';
import { developer, engineer, neighbour } from './support/Person';
import {
  activeGrant,
  approve,
  ask,
  completed,
  create,
  grantsOf,
  resource,
} from './support/requests';
import { issue } from './support/secrets';

/** The pitfall that a prefix grants more than meant. */
test.describe('a topic with a prefix', () => {
  useComponents();

  test('should let its grantees into topics that are made under it, keep every other owner out, and take all of it back', async () => {
    test.setTimeout(180_000);
    const name = uniqueName('prefixed');
    const prefix = `${name}.`;
    const spec = { partitions: 1, replicationFactor: 1, prefix };
    const asked = await ask(
      developer,
      topic(name, {
        spec,
        grants: [
          { principal: components.api, role: 'producer' },
          { principal: components.worker, role: 'consumer' },
          { principal: components.worker, role: 'producer' },
        ],
      }),
    );
    // A prefix is more than a policy approves by itself.
    expect(asked).toMatchObject({ state: 'pending', plan: { risk: 'medium' } });
    await approve(engineer, asked);
    const { resourceId } = await completed(developer, asked);
    const made = await resource(developer, resourceId!);

    for (const refused of [
      topic(`${prefix}theirs`, ofLogistics),
      topic(`${name}_theirs`, ofLogistics),
    ]) {
      const { status, body } = await neighbour.post('/requests', refused);
      expect(status).toBe(400);
      expect(body.error).toMatchObject({
        path: 'name',
        message: expect.stringContaining(
          `names that begin with "${prefix}" are claimed by ${PAYMENTS}`,
        ),
      });
    }
    const over = await neighbour.post(
      '/requests',
      topic(`${name.slice(0, -1)}`, {
        ...ofLogistics,
        spec: { ...spec, prefix: name.slice(0, -1) },
      }),
    );
    expect(over.status).toBe(400);
    expect(over.body.error).toMatchObject({ path: 'spec.prefix' });

    const later = await create(developer, topic(`${prefix}dlq`));
    await produce(
      await issue(developer, made, components.api),
      'dead letter',
      later.name,
    );
    const worker = await issue(developer, made, components.worker);
    expect(await consume(worker, later.name)).toBe('dead letter');

    for (const shown of [made, later]) {
      const { effectiveAccess } = await grantsOf(developer, shown);
      expect(effectiveAccess.items).toContainEqual(
        expect.objectContaining({
          principal: components.api,
          rights: ['DESCRIBE', 'WRITE'],
          via: `prefixed ACL on topic ${prefix}`,
        }),
      );
    }

    await produce(worker, 'another', later.name);
    const grant = await activeGrant(
      developer,
      made,
      components.worker,
      'producer',
    );
    await completed(
      developer,
      await ask(developer, { action: 'revoke', grantId: grant.id }),
    );
    for (const topicName of [made.name, later.name]) {
      await expect(produce(worker, 'no more', topicName)).rejects.toThrow(
        'TOPIC_AUTHORIZATION_FAILED',
      );
    }
    expect(await consume(worker, later.name)).toBe('dead letter');

    const removal = await ask(developer, {
      action: 'update',
      resourceId,
      spec: { partitions: 1, replicationFactor: 1 },
    });
    expect(removal.plan.changes).toEqual([
      { path: 'prefix', from: prefix, kind: 'destructive' },
    ]);
    await completed(
      developer,
      removal.state === 'pending' ? await approve(engineer, removal) : removal,
    );
    expect(await kafkaAcls(['--list'])).not.toContain(`name=${prefix},`);
    // Nobody claims it any more.
    await completed(
      neighbour,
      await ask(neighbour, topic(`${prefix}theirs`, ofLogistics)),
    );
  });
});
