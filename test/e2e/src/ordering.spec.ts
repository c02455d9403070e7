import { cqlAsAdmin, kafkaTopics } from '@data-resources/test-engines';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import {
  approve,
  create,
  database,
  developer,
  engineer,
  keyspace,
  neighbour,
  ofLogistics,
  topic,
  uniqueName,
} from '@data-resources/test-integration';
import type { Page } from '@playwright/test';
import { withPastedCassandra } from './support/clients/cassandra';
import { consume, parseProperties, produce } from './support/clients/kafka';
import { withPostgresUrl } from './support/clients/postgres';
import { CredentialsDialog } from './support/CredentialsDialog';
import { withVariables } from './support/exports';
import { pick } from './support/pick';
import { picture } from './support/picture';
import { RequestPage } from './support/RequestPage';
import { TemplateForm } from './support/TemplateForm';
import { expect, test } from './support/test';

test.describe('a developer', () => {
  test('should order a topic by template, and produce and consume with what the portal shows', async ({
    signIn,
  }) => {
    const theirs = await create(neighbour, topic(undefined, ofLogistics));
    const name = uniqueName('payments.settled');
    const page = await signIn('payments-dev');

    const form = await TemplateForm.open(page, 'Kafka topic');
    await form.write('Name', name);
    await form.belongsTo('Payments', 'payments');
    await form.grant('payments-api', 'producer');
    await form.grant('payments-api', 'consumer');
    await form.next();
    await form.set('retention.ms', 'a week');
    await expect(form.setting('retention.ms')).toHaveAccessibleDescription(
      /retention\.ms is 'a week'; expected a whole number/,
    );
    await form.set('retention.ms', '604800001');
    await form.put('config', 'segment.ms', '86400000');
    await form.set('partitions', '7');
    await form.setting('partitions').press('Tab');
    await expect(form.plan).toContainText('Decided by Platform');
    await form.set('partitions', '3');
    await form.setting('partitions').press('Tab');
    await expect(form.plan).toContainText('Approved automatically');
    await form.order();

    const request = new RequestPage(page);
    await request.completes();
    await expect(request.section('Decisions')).toContainText(
      'small-topics-in-dev approved',
    );
    await request.openInCatalog();
    await expectEntity(page, {
      name,
      instance: 'Kafka (development)',
      settings: 'partitions 3 3',
      connection: `Topic ${name}`,
      roles: ['producer', 'consumer'],
    });
    // The notification that it is done would cover the picture.
    await expect(page.getByText(/^Done: new/)).toHaveCount(0);
    await picture(
      page,
      'resource',
      page.getByRole('region', { name: 'Access', exact: true }),
    );

    const dialog = await CredentialsDialog.issue(page, 'payments-api');
    const shown = await dialog.read();
    const variables = await dialog.environment();
    const properties = parseProperties(
      withVariables(await dialog.configuration('kcat', 'kcat.conf'), variables),
    );
    expect(properties).toMatchObject({
      'sasl.username': shown.username,
      'sasl.password': shown.password,
    });
    await expectNotKept(page, dialog, shown.password);

    const described = await kafkaTopics(['--describe', '--topic', name]);
    for (const told of [
      'PartitionCount: 3',
      'retention.ms=604800001',
      'segment.ms=86400000',
    ]) {
      expect(described).toContain(told);
    }
    await produce(properties, name, 'hello');
    expect(await consume(properties, name)).toBe('hello');
    for (const refused of [
      () => produce(properties, theirs.name, 'no'),
      () => consume(properties, theirs.name),
    ]) {
      await expect(refused()).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
    }
  });

  test('should order a keyspace with a first table by template, and write and read a row with what the portal shows', async ({
    signIn,
  }) => {
    const theirs = await create(neighbour, keyspace(undefined, ofLogistics));
    const name = uniqueName('payments');
    const page = await signIn('payments-dev');

    const form = await TemplateForm.open(page, 'Cassandra keyspace');
    await form.write('Name', name);
    await form.belongsTo('Payments', 'payments');
    await form.grant('payments-api', 'writer');
    await form.next();
    const tables = (type: string) =>
      `CREATE TABLE notes (\n  id ${type} PRIMARY KEY,\n  note text\n);`;
    await form.put('replication', 'dc9', '3');
    await form.set('schema', tables('integer'));
    await expect(form.setting('schema')).toHaveAccessibleDescription(
      /line 2, column 6: there is no type "integer" in CQL/,
    );
    await form.set('schema', tables('int'));
    await expect(form.setting('dc9')).toHaveAccessibleDescription(
      /The cluster has no data centre "dc9"; it has "dc1"/,
    );
    await form.review();
    await expect(
      page.getByText(/would be refused; the fields/).first(),
    ).toBeVisible();
    await page.getByRole('button', { name: 'Remove dc9' }).click();
    await expect(form.plan).toContainText('Approved automatically');
    await expect(
      form.plan.getByRole('row', { name: 'schema.table.notes' }),
    ).toContainText('"id" int as part 1 of the partition key');
    await form.order();

    const request = new RequestPage(page);
    await request.completes();
    await expect(
      request
        .section('Plan')
        .getByRole('code')
        .filter({
          hasText: `CREATE TABLE IF NOT EXISTS "${name}"."notes"`,
        }),
    ).toBeVisible();
    await expect(request.section('Plan')).toContainText(
      "ACCESS TO DATACENTERS {'dc1'}",
    );
    await request.openInCatalog();
    await expectEntity(page, {
      name,
      instance: 'Cassandra (development)',
      settings: 'replication',
      connection: `Keyspace ${name}`,
      roles: ['writer'],
    });
    await expect(
      page
        .getByRole('region', { name: 'Effective access' })
        .getByRole('row', { name: /payments_api_\w+_a/ }),
    ).toContainText(`member of ${name}_rw`);
    await expect(page.getByRole('region', { name: 'Live use' })).toContainText(
      'table notes',
    );

    const dialog = await CredentialsDialog.issue(page, 'payments-api');
    const shown = await dialog.read();
    const variables = await dialog.environment();
    const listed = await cqlAsAdmin(`LIST ROLES OF "${shown.username}"`);
    expect(
      listed.find(({ role }) => role === shown.username)?.datacenters,
    ).toBe('dc1');
    const program = await dialog.configuration('Node.js', 'cassandra.cjs');
    expect(program).not.toContain(shown.password);
    await expectNotKept(page, dialog, shown.password);

    await cqlAsAdmin(
      `CREATE TABLE "${theirs.name}".notes (id int PRIMARY KEY, note text)`,
    );
    await withPastedCassandra(program, variables, async client => {
      await client.execute("INSERT INTO notes (id, note) VALUES (1, 'hello')");
      const { rows } = await client.execute('SELECT note FROM notes');
      expect(rows.map(({ note }) => note)).toEqual(['hello']);
      for (const refused of [
        `SELECT note FROM "${theirs.name}".notes`,
        `INSERT INTO "${theirs.name}".notes (id, note) VALUES (1, 'no')`,
      ]) {
        await expect(client.execute(refused)).rejects.toThrow(
          /has no \w+ permission/,
        );
      }
    });
  });

  test('should order a database with schemas by template, write a row with what the portal shows, and share one schema', async ({
    signIn,
  }) => {
    const theirs = await create(neighbour, database(undefined, ofLogistics));
    const name = uniqueName('payments');
    const page = await signIn('payments-dev');

    const form = await TemplateForm.open(page, 'PostgreSQL database');
    await form.pick('Instance', 'PostgreSQL (development)');
    await form.write('Name', name);
    await form.belongsTo('Payments', 'payments');
    await form.grant('payments-api', 'owner');
    await form.next();
    await form.set('schemas', 'sales, Archive');
    await form.put('parameters', 'work_mem', 'much');
    await expect(form.setting('schemas')).toHaveAccessibleDescription(
      /expected lower-case letters.*found "Archive"/,
    );
    await expect(form.setting('work_mem')).toHaveAccessibleDescription(
      /expected .*found "much"/,
    );
    await form.set('schemas', 'sales, archive');
    await form.set('work_mem', '16MB');
    await form.set('extensions', 'citext@0.1');
    await expect(form.setting('extensions')).toHaveAccessibleDescription(
      /This instance allows pgcrypto.* no version 0.1 of the extension citext; it has/,
    );
    await form.set('extensions', 'citext');
    await form.set('connectionLimit', '40');
    await form.setting('connectionLimit').press('Tab');
    await expect(form.plan).toContainText('Decided by Platform');
    await form.order();

    const request = new RequestPage(page);
    await approve(engineer, await shownRequest(page));
    await request.completes();
    await expect(request.section('Findings')).toContainText(
      'trusted, so that no superuser is needed',
    );
    await request.openInCatalog();
    await expectEntity(page, {
      name,
      instance: 'PostgreSQL (development)',
      settings: 'schemas ["archive","sales"] ["archive","sales"]',
      connection: `Database ${name}`,
      roles: ['owner'],
    });
    const address = page.url();

    const dialog = await CredentialsDialog.issue(page, 'payments-api');
    const shown = await dialog.read();
    const variables = await dialog.environment();
    const url = await dialog.configuration('URL (libpq)', `${name}.url`);
    expect(url).not.toContain(shown.password);
    await expectNotKept(page, dialog, shown.password);

    await withPostgresUrl(url, variables, async client => {
      for (const schema of ['sales', 'archive']) {
        await client.query(
          `CREATE TABLE ${schema}.notes (id int PRIMARY KEY, note citext)`,
        );
        await client.query(`INSERT INTO ${schema}.notes VALUES (1, 'hello')`);
      }
      const { rows } = await client.query(
        "SELECT note FROM sales.notes WHERE note = 'HELLO'",
      );
      expect(rows).toEqual([{ note: 'hello' }]);
      expect((await client.query('SHOW work_mem')).rows).toEqual([
        { work_mem: '16MB' },
      ]);
    });
    await expect(
      withPostgresUrl(
        url,
        variables,
        client => client.query('SELECT 1'),
        theirs.name,
      ),
    ).rejects.toThrow('permission denied for database');

    await page.getByRole('button', { name: 'Request access…' }).click();
    const access = page.getByRole('dialog');
    await pick(access, 'Component', 'payments-worker');
    await access.getByText(/^Reader of sales/).click();
    await access.getByRole('button', { name: 'Request access' }).click();
    await approve(engineer, await shownRequest(page));
    await request.completes();
    await page.goto(address);

    const readers = await CredentialsDialog.issue(page, 'payments-worker');
    await readers.read();
    const reader = await readers.environment();
    await readers.close();
    await withPostgresUrl(url, reader, async client => {
      const { rows } = await client.query('SELECT note FROM sales.notes');
      expect(rows).toEqual([{ note: 'hello' }]);
      for (const [refused, why] of [
        ['SELECT note FROM archive.notes', 'schema archive'],
        ["INSERT INTO sales.notes VALUES (2, 'no')", 'table notes'],
      ]) {
        await expect(client.query(refused)).rejects.toThrow(
          `permission denied for ${why}`,
        );
      }
    });
  });
});

/** The request whose page is shown. */
async function shownRequest(page: Page): Promise<DataRequest> {
  await expect(page).toHaveURL(/\/data-resources\/requests\/[0-9a-f-]+$/);
  const id = page.url().split('/').pop();
  return (await developer.get<DataRequest>(`/requests/${id}`)).body;
}

/** The entity page, and our tab on it, tell whose it is, where, how, and who may. */
async function expectEntity(
  page: Page,
  expected: {
    name: string;
    instance: string;
    settings: string;
    connection: string;
    roles: string[];
  },
): Promise<void> {
  const section = (name: string) =>
    page.getByRole('region', { name, exact: true });

  const state = section('State');
  await expect(state).toContainText('Ready');
  for (const fact of [expected.instance, 'Payments', 'payments']) {
    await expect(state.getByText(fact, { exact: false }).first()).toBeVisible();
  }
  await expect(section('Connection')).toContainText(
    new RegExp(expected.connection.replace(' ', '\\s*')),
  );
  await expect(
    section('Settings').getByRole('row', { name: expected.settings }),
  ).toBeVisible();
  for (const role of expected.roles) {
    await expect(
      section('Access').getByRole('row', { name: `payments-api ${role}` }),
    ).toBeVisible();
  }
}

/** Closed, the dialog has left nothing behind. */
async function expectNotKept(
  page: Page,
  dialog: CredentialsDialog,
  password: string,
): Promise<void> {
  await expect(page.getByText(password).first()).toBeVisible();
  await dialog.close();
  await expect(page.getByText(password)).toHaveCount(0);
  await page.reload();
  await expect(
    page.getByRole('region', { name: 'Access', exact: true }),
  ).toBeVisible();
  await expect(page.getByText(password)).toHaveCount(0);
}
