import { expect, test } from '@playwright/test';
import {
  bodies,
  denied,
  makers,
  names,
  partitions,
  references,
  reserved,
  specs,
  UNKNOWN_ID,
} from './support/badInputs';
import { components, useComponents } from './support/components';
import { Inventory, inventory } from './support/inventory';
import { ledger } from './support/ledger';
import { developer } from './support/Person';

test.describe('bad input', () => {
  useComponents();
  let before: Inventory;
  let ledgerBefore: Record<string, number>;

  test.beforeAll(async () => {
    before = await inventory();
    ledgerBefore = await ledger();
  });

  test.afterAll('should leave nothing half-made', async () => {
    expect(await inventory()).toEqual(before);
    expect(await ledger()).toEqual(ledgerBefore);
  });

  for (const call of ['/plans', '/requests']) {
    for (const { title, body, path, status = 400 } of [
      ...names,
      ...partitions,
      ...specs,
      ...references,
      ...bodies,
    ]) {
      test(`should be refused by ${call}: ${title}`, async () => {
        const answer = await developer.post(call, body());
        expect(answer.body).toHaveProperty('error.message');
        const { error } = answer.body;
        expect([answer.status, error.path]).toEqual([
          status,
          path ?? error.path,
        ]);
        expect(error.name).toMatch(/^(InputError|PayloadTooLargeError)$/);
        if (path) {
          expect(error.message).toContain(path);
        }
      });
    }

    for (const [kind, list] of Object.entries(reserved)) {
      for (const name of list) {
        test(`should be refused by ${call}: ${kind}: the reserved name ${name}`, async () => {
          const { status, body } = await developer.post<{
            findings?: { effect: string; path?: string }[];
            error?: { message: string };
          }>(call, makers[kind as keyof typeof makers](name));
          if (status === 200) {
            expect(call).toBe('/plans');
            expect(body.findings).toContainEqual(
              expect.objectContaining({ effect: 'deny', path: 'name' }),
            );
          } else {
            // A conflict where the engine has one of that name already.
            expect([400, 409]).toContain(status);
            expect(body.error?.message).toContain(name);
          }
        });
      }
    }
  }

  for (const { title, body, path } of denied) {
    test(`should be denied: ${title}`, async () => {
      const finding = expect.objectContaining({ effect: 'deny', path });
      const input = body();
      const plan = await developer.post<{ findings: unknown[] }>(
        '/plans',
        input,
      );
      expect(plan.status).toBe(200);
      expect(plan.body.findings).toContainEqual(finding);
      const { status, body: answer } = await developer.post('/requests', input);
      expect(status).toBe(400);
      expect(answer.error.findings).toContainEqual(finding);
      expect(answer.error.path).toBe(path);
    });
  }

  const queries: Record<string, string> = {
    'limit=0': 'limit',
    'limit=-1': 'limit',
    'limit=201': 'limit',
    'limit=abc': 'limit',
    'limit=1.5': 'limit',
    'limit=': 'limit',
    'cursor=nonsense': 'cursor',
    'cursor=': 'cursor',
    'sort=name': 'sort',
  };
  for (const [query, path] of Object.entries(queries)) {
    for (const list of ['/requests', '/resources']) {
      test(`should be refused: GET ${list}?${query}`, async () => {
        const { status, body } = await developer.get(`${list}?${query}`);
        expect([status, body.error.name, body.error.path]).toEqual([
          400,
          'InputError',
          path,
        ]);
        expect(body.error.message).toContain(path);
      });
    }
  }

  const unknown = [UNKNOWN_ID, 'nonsense', "'; DROP TABLE requests; --", '%00'];
  for (const id of unknown) {
    test(`should find nothing by the id ${id}`, async () => {
      const at = id.startsWith('%') ? id : encodeURIComponent(id);
      const expected = id === '%00' ? 400 : 404;
      const answers = await Promise.all([
        developer.get(`/requests/${at}`),
        developer.get(`/resources/${at}`),
        developer.get(`/resources/${at}/grants`),
        developer.post(`/requests/${at}/approve`, { planHash: 'x' }),
        developer.post(`/requests/${at}/reject`, { comment: 'x' }),
        developer.post(`/requests/${at}/withdraw`),
        developer.post(`/requests/${at}/retry`),
        developer.post(`/resources/${at}/credentials`, {
          principal: components.api,
        }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(
        answers.map(() => expected),
      );
    });
  }

  test('should be refused: an address that is not there', async () => {
    expect((await developer.get('/nothing')).status).toBe(404);
    expect((await developer.post('/types', {})).status).toBe(404);
  });
});
