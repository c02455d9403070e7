import { cqlAsAdmin } from '@data-resources/test-engines';
import {
  create,
  database,
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
    await form.next();
    await form.belongsTo('Payments', 'payments');
    await form.grant('payments-api', 'producer');
    await form.grant('payments-api', 'consumer');
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

    await produce(properties, name, 'hello');
    expect(await consume(properties, name)).toBe('hello');
    for (const refused of [
      () => produce(properties, theirs.name, 'no'),
      () => consume(properties, theirs.name),
    ]) {
      await expect(refused()).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED');
    }
  });

  test('should order a keyspace by template, and write and read a row with what the portal shows', async ({
    signIn,
  }) => {
    const theirs = await create(neighbour, keyspace(undefined, ofLogistics));
    const name = uniqueName('payments');
    const page = await signIn('payments-dev');

    const form = await TemplateForm.open(page, 'Cassandra keyspace');
    await form.write('Name', name);
    await form.next();
    await form.belongsTo('Payments', 'payments');
    await form.grant('payments-api', 'writer');
    await form.order();

    const request = new RequestPage(page);
    await request.completes();
    await request.openInCatalog();
    await expectEntity(page, {
      name,
      instance: 'Cassandra (development)',
      settings: 'replication',
      connection: `Keyspace ${name}`,
      roles: ['writer'],
    });

    const dialog = await CredentialsDialog.issue(page, 'payments-api');
    const shown = await dialog.read();
    const variables = await dialog.environment();
    const program = await dialog.configuration('Node.js', 'cassandra.cjs');
    expect(program).not.toContain(shown.password);
    await expectNotKept(page, dialog, shown.password);

    for (const each of [name, theirs.name]) {
      await cqlAsAdmin(
        `CREATE TABLE "${each}".notes (id int PRIMARY KEY, note text)`,
      );
    }
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

  test('should order a database by template, and write and read a row with what the portal shows', async ({
    signIn,
  }) => {
    const theirs = await create(neighbour, database(undefined, ofLogistics));
    const name = uniqueName('payments');
    const page = await signIn('payments-dev');

    const form = await TemplateForm.open(page, 'PostgreSQL database');
    await form.pick('Instance', 'PostgreSQL (development)');
    await form.write('Name', name);
    await form.write('Connection limit', '10');
    await form.next();
    await form.belongsTo('Payments', 'payments');
    await form.grant('payments-api', 'owner');
    await form.order();

    const request = new RequestPage(page);
    await request.completes();
    await request.openInCatalog();
    await expectEntity(page, {
      name,
      instance: 'PostgreSQL (development)',
      settings: 'connectionLimit 10 10',
      connection: `Database ${name}`,
      roles: ['owner'],
    });

    const dialog = await CredentialsDialog.issue(page, 'payments-api');
    const shown = await dialog.read();
    const variables = await dialog.environment();
    const url = await dialog.configuration('URL (libpq)', `${name}.url`);
    expect(url).not.toContain(shown.password);
    await expectNotKept(page, dialog, shown.password);

    await withPostgresUrl(url, variables, async client => {
      await client.query('CREATE TABLE notes (id int PRIMARY KEY, note text)');
      await client.query("INSERT INTO notes VALUES (1, 'hello')");
      const { rows } = await client.query('SELECT note FROM notes');
      expect(rows).toEqual([{ note: 'hello' }]);
    });
    await expect(
      withPostgresUrl(
        url,
        variables,
        client => client.query('SELECT 1'),
        theirs.name,
      ),
    ).rejects.toThrow('permission denied for database');
  });
});

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
