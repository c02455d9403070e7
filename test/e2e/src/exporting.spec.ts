import { readFile } from 'node:fs/promises';
import {
  create,
  developer,
  topic,
  uniqueName,
} from '@data-resources/test-integration';
import { parseAllDocuments } from 'yaml';
import { choose, chooseFormat, statement } from './support/exports';
import { picture } from './support/picture';
import { expect, test } from './support/test';

test('should export a topic to a client, to paste, and to Strimzi, as a file', async ({
  signIn,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { id, name } = await create(
    developer,
    // A name that Kubernetes takes as it is.
    topic(uniqueName('payments.exported').replace('_', '.'), {
      grants: [
        { principal: 'component:default/payments-api', role: 'producer' },
        { principal: 'component:default/payments-worker', role: 'consumer' },
      ],
    }),
  );
  const page = await signIn('payments-dev');
  await page.goto(`/data-resources/${id}`);

  await page
    .getByRole('region', { name: 'Connection', exact: true })
    .getByRole('button', { name: 'Export…' })
    .click();
  const dialog = page.getByRole('dialog', { name: `Export ${name}` });
  await choose(dialog, 'For', /^payments-worker \(consumer\)$/);
  await expect(dialog.getByText('No secret is in here')).toBeVisible();
  await expect(
    dialog.getByRole('button', { name: 'Download client.properties' }),
  ).toBeEnabled();
  const properties = await statement(dialog, 'client.properties');
  expect(properties).toContain('password="${env:KAFKA_PASSWORD}"');
  expect(properties).toMatch(/^group\.id=payments_worker_[0-9a-f]{10}$/m);
  await picture(page, 'export-client');
  await dialog.getByRole('button', { name: 'Copy client.properties' }).click();
  await expect(dialog.getByText('Copied')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.trim()).toBe(properties.trim());

  await chooseFormat(dialog, 'Strimzi');
  await picture(page, 'export-strimzi');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: `Download ${name}.yaml` }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${name}.yaml`);
  const documents = parseAllDocuments(
    await readFile(await download.path(), 'utf8'),
  ).map(document => document.toJS());
  expect(documents.map(({ kind }) => kind)).toEqual([
    'KafkaTopic',
    'KafkaUser',
    'KafkaUser',
  ]);
  expect(documents[0].metadata.name).toBe(name);

  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await expect(dialog).toBeHidden();
});
