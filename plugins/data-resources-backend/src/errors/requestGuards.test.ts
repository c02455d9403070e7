import { mockServices } from '@backstage/backend-test-utils';
import type express from 'express';
import request from 'supertest';
import { BASE, createEdgeApp, ID } from './__testUtils__/createEdgeApp';

const logger = mockServices.logger.mock();
let app: express.Express;

function post(body: string, type?: string) {
  return request(app)
    .post(`${BASE}/v1/requests`)
    .set('Content-Type', type ?? 'application/json')
    .send(body);
}

describe('requestGuards', () => {
  beforeAll(async () => {
    app = await createEdgeApp(logger);
  });
  afterEach(() => jest.clearAllMocks());

  describe('with addresses', () => {
    it.each([
      ['limit=0', 'limit', 'limit: must be at least 1, found 0'],
      ['limit=201', 'limit', 'limit: must be at most 200, found 201'],
      ['limit=abc', 'limit', 'limit: must be a whole number, found "abc"'],
      ['limit=1.5', 'limit', 'limit: must be a whole number, found'],
      [
        'limit=1&limit=2',
        'limit',
        'limit: must be a whole number, found ["1","2"]',
      ],
      ['limit=', 'limit', 'limit: is empty; leave it out or give it a value'],
      ['nonsense=1', 'nonsense', 'nonsense: is no known query parameter'],
      [
        'state=open',
        'state',
        'state: must be one of pending, approved, executing, completed, failed, rejected, withdrawn, expired, found "open"',
      ],
      [
        'requestedBy=you',
        'requestedBy',
        'requestedBy: must be one of me, found "you"',
      ],
      [
        'owner=a%2Fb&owner=c',
        'owner',
        'owner: must be text, found ["a/b","c"]',
      ],
      [
        `cursor=${'a'.repeat(501)}`,
        'cursor',
        'cursor: must have at most 500 characters, found "aaa',
      ],
      ['type=a%00b', 'type', 'type: holds the control character U+0000'],
      ['owner=%0A', 'owner', 'owner: holds the control character U+000A'],
      [
        'type[a][b]=%1b',
        'type.a.b',
        'type.a.b: holds the control character U+001B',
      ],
    ])('should refuse ?%.30s', async (query, path, message) => {
      const response = await request(app).get(`${BASE}/v1/requests?${query}`);
      expect(response.status).toBe(400);
      expect(response.body.error).toMatchObject({ name: 'InputError', path });
      expect(response.body.error.message).toContain(message);
    });

    it.each([
      ['%zz', 'The address is not percent-encoded correctly'],
      ['%ED%A0%80', 'The address is not percent-encoded correctly'],
      ['%00', 'The address holds the control character U+0000'],
      ['a'.repeat(101), 'id: must have at most 100 characters'],
    ])('should refuse /requests/%.20s', async (id, message) => {
      const response = await request(app).get(`${BASE}/v1/requests/${id}`);
      expect(response.status).toBe(400);
      expect(response.body.error.message).toContain(message);
    });

    it('should take what is right, with numbers as numbers', async () => {
      const response = await request(app).get(
        `${BASE}/v1/requests?limit=7&owner=group%3Adefault%2Fpayments&type=%F0%9F%92%A5`,
      );
      expect(response.body.query).toEqual({
        limit: 7,
        owner: 'group:default/payments',
        type: '💥',
      });
    });
  });

  describe('with bodies', () => {
    const create = { action: 'create', reason: 'one\ntwo' };

    it('should take a body that is right', async () => {
      const response = await post(JSON.stringify(create));
      expect(response.status).toBe(200);
      expect(response.body.body).toEqual(create);
    });

    it.each([
      ['cut-off JSON', '{"action":', 'The request body is not valid JSON: '],
      ['a bare text', '"create"', 'The request body is not valid JSON: '],
      ['null', 'null', 'The request body is not valid JSON: '],
      [
        'single quotes',
        "{'action': 'create'}",
        'The request body is not valid JSON: ',
      ],
      ['a list', '[]', 'The request body: must be an object, found []'],
      ['nothing', '', 'action: is missing'],
      ['an empty object', '{}', 'action: is missing'],
      [
        'an action that is none',
        '{"action":"drop"}',
        'action: must be one of create, update, delete, restore, grant, revoke, adopt, found "drop"',
      ],
      [
        'a grant without role',
        '{"action":"create","grants":[{"principal":"x"}]}',
        'grants[0].role: is missing',
      ],
      [
        'a name that is a number',
        '{"action":"create","name":1}',
        'name: must be text, found 1',
      ],
      [
        'a NUL',
        '{"action":"create","name":"a\\u0000"}',
        'name: holds the control character U+0000',
      ],
      [
        'half a surrogate pair',
        '{"action":"create","spec":{"x":["\\ud800"]}}',
        'spec.x[0]: holds half of a surrogate pair (U+D800)',
      ],
      [
        'a key of the prototype',
        '{"action":"create","__proto__":{}}',
        '__proto__: has a key that is reserved',
      ],
      [
        'endless nesting',
        `{"action":"create","spec":{"a":${'['.repeat(40_000)}${']'.repeat(
          40_000,
        )}}}`,
        'is nested more than 20 levels deep',
      ],
    ])('should refuse %s', async (_, body, message) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(response.body.error.name).toBe('InputError');
      expect(response.body.error.message).toContain(message);
      expect(response.body.response).toEqual({ statusCode: 400 });
      expect(logger.error).not.toHaveBeenCalled();
    });

    it('should name the field of every body, not only of requests', async () => {
      const approve = (body: object) =>
        request(app).post(`${BASE}/v1/requests/${ID}/approve`).send(body);
      expect((await approve({})).body.error).toEqual({
        name: 'InputError',
        message: 'planHash: is missing',
        path: 'planHash',
      });
      expect(
        (await approve({ planHash: 'x', comment: 'a\u0000' })).body.error,
      ).toMatchObject({ path: 'comment' });
    });

    it.each([
      ['text/plain', 'found "text/plain"'],
      [
        'application/x-www-form-urlencoded',
        'found "application/x-www-form-urlencoded"',
      ],
    ])('should refuse a body of type %s', async (type, found) => {
      const response = await post('action=create', type);
      expect(response.status).toBe(400);
      expect(response.body.error.message).toBe(
        `The request body must be JSON, sent with "Content-Type: application/json", ${found}`,
      );
    });

    it('should ask for a content type where there is none', async () => {
      const response = await request(app).post(`${BASE}/v1/requests`);
      expect(response.status).toBe(400);
      expect(response.body.error.message).toContain(
        'sent with "Content-Type: application/json", found none',
      );
    });

    it.each([
      ['charset', 'application/json; charset=klingon', undefined],
      ['encoding', 'application/json', 'middle-out'],
      ['compression', 'application/json', 'gzip'],
    ])('should refuse an unreadable %s', async (_, type, encoding) => {
      const sent = request(app)
        .post(`${BASE}/v1/requests`)
        .set('Content-Type', type);
      const response = await (encoding
        ? sent.set('Content-Encoding', encoding)
        : sent
      ).send('{"action":"create"}');
      expect(response.status).toBe(400);
      expect(response.body.error.message).toContain(
        'The request body cannot be read: ',
      );
    });

    it('should refuse a body of more than 128 KiB with 413', async () => {
      const response = await post(
        JSON.stringify({ ...create, reason: 'x'.repeat(128 * 1024) }),
      );
      expect(response.status).toBe(413);
      expect(response.body.error).toEqual({
        name: 'PayloadTooLargeError',
        message: 'The request body is too large; it may have 131072 bytes',
      });
    });

    it('should refuse a header that is too long', async () => {
      const response = await post(JSON.stringify(create)).set(
        'Idempotency-Key',
        'x'.repeat(201),
      );
      expect(response.status).toBe(400);
      expect(response.body.error).toMatchObject({ path: 'idempotency-key' });
    });
  });
});
