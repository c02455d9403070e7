import { randomUUID } from 'node:crypto';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { kafkaTopics, sqlAsAdmin } from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import { database, keyspace, topic, uniqueName } from './support/inputs';
import {
  colleague,
  developer,
  engineer,
  Person,
  platformLead,
} from './support/Person';
import { approve, ask, completed, create } from './support/requests';

const AT_ONCE = 10;

test.describe('what happens at once', () => {
  for (const [kind, make] of Object.entries({ topic, keyspace, database })) {
    test(`should make one ${kind} of a name that ${AT_ONCE} ask for`, async () => {
      const input = make();
      const answers = await times(AT_ONCE, index =>
        (index % 2 ? developer : colleague).post<DataRequest>(
          '/requests',
          input,
        ),
      );
      expect(statuses(answers)).toEqual([201, ...Array(AT_ONCE - 1).fill(409)]);
      const made = answers.find(({ status }) => status === 201)!;
      const done = await completed(developer, made.body);
      // Taken still, now that it is there.
      const late = await developer.post('/requests', input);
      expect(late.status).toBe(409);
      expect(done.execution.every(({ state }) => state === 'done')).toBe(true);
    });
  }

  test('should let names that differ only in dots and underscores collide on Kafka', async () => {
    const name = uniqueName('a');
    await create(developer, topic(name));
    const dotted = name.replace('_', '.');
    for (const call of ['/plans', '/requests']) {
      const { status, body } = await developer.post(call, topic(dotted));
      expect([call, status, body.error?.name]).toEqual([
        call,
        409,
        'ConflictError',
      ]);
    }
    expect((await kafkaTopics(['--list'])).split('\n')).not.toContain(dotted);
  });

  test('should not take what stands there already', async () => {
    const name = uniqueName('foreign');
    await sqlAsAdmin('postgres-dev', `CREATE DATABASE ${name}`);
    await kafkaTopics(['--create', '--topic', name, '--partitions', '1']);
    for (const input of [database(name), topic(name)]) {
      const { status, body } = await developer.post('/requests', input);
      expect(status).toBe(409);
      expect(body.error.message).toContain('adopt');
    }
    await sqlAsAdmin('postgres-dev', `DROP DATABASE ${name}`);
    await kafkaTopics(['--delete', '--topic', name]);
    await create(developer, database(name));
  });

  test('should count one approval of two at once, and none of a request that is decided', async () => {
    const asked = await ask(developer, large());
    const answers = await Promise.all(
      [engineer, platformLead, engineer, platformLead].map(person =>
        decide(person, asked),
      ),
    );
    expect(statuses(answers)).toEqual([200, 409, 409, 409]);
    const done = await completed(developer, asked);
    expect(done.decisions).toHaveLength(1);
    expect((await decide(engineer, asked)).status).toBe(409);
    expect((await decide(platformLead, asked)).status).toBe(409);
  });

  test('should either approve or reject', async () => {
    const asked = await ask(developer, large());
    const [approved, rejected] = await Promise.all([
      decide(engineer, asked),
      platformLead.post(`/requests/${asked.id}/reject`, { comment: 'no' }),
    ]);
    expect(statuses([approved, rejected])).toEqual([200, 409]);
  });

  test('should not approve a plan that is another one', async () => {
    const first = await ask(developer, large());
    const second = await ask(developer, large());
    for (const planHash of [second.plan.hash, 'x', '', '0'.repeat(64)]) {
      const { status, body } = await engineer.post(
        `/requests/${first.id}/approve`,
        { planHash },
      );
      expect([planHash, status, body.error.name]).toEqual([
        planHash,
        409,
        'ConflictError',
      ]);
      expect(body.error.message).toContain('planHash');
    }
    for (const body of [{}, { planHash: 7 }, { planHash: null }, '[]', '']) {
      const { status } = await engineer.post(
        `/requests/${first.id}/approve`,
        body,
      );
      expect([body, status]).toEqual([body, 400]);
    }
    for (const body of [{}, { comment: '' }, { comment: '  ' }, '']) {
      const { status } = await engineer.post(
        `/requests/${first.id}/reject`,
        body,
      );
      expect([body, status]).toEqual([body, 400]);
    }
    await approve(engineer, first);
    await completed(developer, first);
  });
});

test.describe('an idempotency key', () => {
  test('should give the same request for the same body, and refuse another', async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const input = topic();
    const first = await developer.post<DataRequest>(
      '/requests',
      input,
      headers,
    );
    const again = await developer.post<DataRequest>(
      '/requests',
      input,
      headers,
    );
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.body.id).toBe(first.body.id);
    const other = await developer.post('/requests', topic(), headers);
    expect(other.status).toBe(409);
    expect(other.body.error.message).toContain('Idempotency-Key');

    // The key is the caller's own.
    const colleagues = await colleague.post<DataRequest>(
      '/requests',
      topic(),
      headers,
    );
    expect(colleagues.status).toBe(201);
    expect(colleagues.body.id).not.toBe(first.body.id);
    await completed(developer, first.body);
    const late = await developer.post<DataRequest>('/requests', input, headers);
    expect([late.status, late.body.id]).toEqual([200, first.body.id]);
  });

  test(`should make one request of ${AT_ONCE} at once`, async () => {
    const headers = { 'Idempotency-Key': randomUUID() };
    const input = database();
    const answers = await times(AT_ONCE, () =>
      developer.post<DataRequest>('/requests', input, headers),
    );
    expect(statuses(answers)).toEqual([...Array(AT_ONCE - 1).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    await completed(developer, answers[0].body);
  });
});

function large() {
  return topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } });
}

function decide(person: Person, { id, plan }: DataRequest) {
  return person.post(`/requests/${id}/approve`, { planHash: plan.hash });
}

async function times<T>(
  count: number,
  call: (index: number) => Promise<T>,
): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(index)));
}

function statuses(answers: readonly { status: number }[]): number[] {
  return answers.map(({ status }) => status).sort();
}
