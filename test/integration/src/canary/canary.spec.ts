import { promises as fs } from 'node:fs';
import { sqlAsAdmin, testEngines } from '@data-resources/test-engines';
import { expect, test } from '@playwright/test';
import { environment } from '../support/environment';
import { API, call } from '../support/http';
import { notificationsOf } from '../support/notifications';
import {
  auditor,
  colleague,
  developer,
  engineer,
  neighbour,
  Person,
  platformLead,
} from '../support/Person';
import { recordedPasswords } from '../support/secrets';
import { serviceToken, trustedPluginKey } from '../support/tokens';

const people = [
  developer,
  colleague,
  neighbour,
  engineer,
  platformLead,
  auditor,
];

test.describe('no password that was issued, and none of the portal', () => {
  let secrets: string[];

  test.beforeAll(async () => {
    secrets = await allSecrets();
  });

  test('should be known for what they are', async () => {
    expect((await recordedPasswords()).length).toBeGreaterThan(0);
    expect(secrets.every(secret => secret.length >= 16)).toBe(true);
  });

  test('should lie in any table of the portal', async () => {
    const tables = await portalTables();
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'backstage_plugin_data-resources/public.credentials',
        'backstage_plugin_data-resources/public.audit',
        'backstage_plugin_data-resources/public.outbox',
        'backstage_plugin_data-resources/public.operations',
        'backstage_plugin_scaffolder/public.tasks',
        'backstage_plugin_catalog/public.final_entities',
        'backstage_plugin_notifications/public.notification',
      ]),
    );
    const text = tables.map(table => table.text).join('\n');
    // What is there is seen.
    expect(text).toContain('component:default/');
    expect(text).toContain('credential.issued');
    for (const table of tables) {
      expect([table.name, leaks(table.text)]).toEqual([table.name, 0]);
    }
  });

  test('should stand in the log of the portal or of an engine', async () => {
    const log = await fs.readFile(environment('PORTAL_LOG_FILE'), 'utf8');
    expect(log).toContain(`${API}/resources/`);
    expect(leaks(log)).toBe(0);
    for (const { name, logFile } of Object.values(testEngines().engines)) {
      const text = await fs.readFile(logFile, 'utf8');
      expect([name, leaks(text)]).toEqual([name, 0]);
    }
  });

  test('should be in what the API tells people', async () => {
    const requests = await allPages(developer, '/requests');
    const resources = await allPages(developer, '/resources');
    expect(requests.length).toBeGreaterThan(0);
    expect(resources.length).toBeGreaterThan(0);
    const deleted = await allPages(developer, '/resources?phase=deleted');
    const told = [requests, resources, deleted];
    for (const path of ['/types', '/instances']) {
      told.push([(await engineer.get(path)).body]);
    }
    // The engine is asked for each of them, so the newest of all types must do.
    for (const { id } of resources.slice(0, 30) as { id: string }[]) {
      told.push(await allPages(developer, `/resources/${id}/grants`));
      const { status, body } = await developer.get(`/resources/${id}/exports`);
      expect(status).toBe(200);
      told.push([body]);
    }
    expect(leaks(JSON.stringify(told))).toBe(0);
  });

  test('should be in the feed, the catalog, the notifications or the tasks', async () => {
    const token = serviceToken(await trustedPluginKey());
    const feed = await call('GET', `${API}/feed?after=0&limit=1000`, { token });
    const entities = await engineer.portal('GET', '/api/catalog/entities');
    const tasks = await engineer.portal('GET', '/api/scaffolder/v2/tasks');
    for (const { status } of [feed, entities, tasks]) {
      expect(status).toBe(200);
    }
    expect(JSON.stringify(entities.body)).toContain('kafka-topic');
    const notifications = await Promise.all(people.map(notificationsOf));
    expect(notifications.flat().length).toBeGreaterThan(0);
    const told = [feed.body, entities.body, tasks.body, notifications];
    expect(leaks(JSON.stringify(told))).toBe(0);
  });

  /** How many of the secrets are in a text, plain or encoded; never which. */
  function leaks(text: string): number {
    return secrets.filter(secret =>
      [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        Buffer.from(secret).toString('hex'),
      ].some(form => text.includes(form)),
    ).length;
  }
});

/** Passwords that were issued, and those of the accounts on all servers. */
async function allSecrets(): Promise<string[]> {
  const accounts = Object.values(testEngines().engines).flatMap(
    ({ admin, provisioner }) => [admin.password, provisioner.password],
  );
  return [...(await recordedPasswords()), ...accounts];
}

/** Every table of every database that Backstage made, as text. */
async function portalTables(): Promise<{ name: string; text: string }[]> {
  const databases = await sqlAsAdmin<{ datname: string }>(
    'portal',
    "SELECT datname FROM pg_database WHERE datname LIKE 'backstage%'",
  );
  const all: { name: string; text: string }[] = [];
  for (const { datname: database } of databases) {
    const tables = await sqlAsAdmin<{ name: string; quoted: string }>(
      'portal',
      `SELECT schemaname || '.' || tablename AS name,
         format('%I.%I', schemaname, tablename) AS quoted
       FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
      { database },
    );
    for (const { name, quoted } of tables) {
      const rows = await sqlAsAdmin<{ row: string }>(
        'portal',
        `SELECT t::text AS row FROM ${quoted} t`,
        { database },
      );
      all.push({
        name: `${database}/${name}`,
        text: rows.map(({ row }) => row).join('\n'),
      });
    }
  }
  return all;
}

async function allPages(person: Person, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | undefined;
  do {
    const query = `limit=200${
      cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
    }`;
    const { status, body } = await person.get<{
      items: unknown[];
      pageInfo: { nextCursor?: string };
    }>(`${path}${path.includes('?') ? '&' : '?'}${query}`);
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.pageInfo.nextCursor;
  } while (cursor);
  return items;
}
