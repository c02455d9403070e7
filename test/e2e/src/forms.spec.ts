import { developer, uniqueName } from '@data-resources/test-integration';
import type {
  DataRequest,
  DataResource,
} from '@data-resources/plugin-data-resources-common';
import type { Page } from '@playwright/test';
import { TemplateForm } from './support/TemplateForm';
import { expect, test } from './support/test';

/** What the API lists first of this person's: nothing newer must come by what is refused. */
async function newest(): Promise<{ requests: string[]; resources: string[] }> {
  const requests = await developer.get<{ items: DataRequest[] }>(
    '/requests?requestedBy=me&limit=1',
  );
  const resources = await developer.get<{ items: DataResource[] }>(
    '/resources?limit=1',
  );
  return {
    requests: requests.body.items.map(({ id }) => id),
    resources: resources.body.items.map(({ id }) => id),
  };
}

/** The form is still at its first step. */
async function expectToStay(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Next' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Review' })).toHaveCount(0);
}

const badNames: Record<string, string[]> = {
  'Kafka topic': [
    'x'.repeat(250),
    "pay'ments",
    'pay"ments',
    'pay;ments',
    'pay ments',
    'zahlungen-übrig',
    '..',
    '../secret',
  ],
  'Cassandra keyspace': [
    'x'.repeat(49),
    'pay"ments',
    'pay;ments',
    'pay ments',
    'überweisung',
    '..',
  ],
  'PostgreSQL database': [
    'x'.repeat(58),
    'pay"ments',
    "pay'; DROP DATABASE postgres",
    'pay ments',
    'überweisung',
    '..',
    'Payments',
    '1payments',
  ],
};

for (const [title, names] of Object.entries(badNames)) {
  test(`the form of a ${title} should say what is wrong with a name and let nothing through`, async ({
    signIn,
  }) => {
    const before = await newest();
    const page = await signIn('payments-dev');
    const form = await TemplateForm.open(page, title);
    if (title.startsWith('PostgreSQL')) {
      await form.pick('Instance', 'PostgreSQL (development)');
    }
    if (title !== 'Kafka topic') {
      await form.pick('Owner', 'Payments');
    }
    // The browser itself asks for what is missing.
    await form.next();
    const field = page.getByRole('textbox', { name: 'Name' });
    await expect(field).toBeFocused();
    expect(
      await field.evaluate(
        each => (each as HTMLInputElement).validity.valueMissing,
      ),
    ).toBe(true);
    await expectToStay(page);

    for (const name of names) {
      await form.write('Name', name);
      await form.next();
      await expect(
        page.getByText(/must match pattern|NOT have more than/i).first(),
        `for the name ${JSON.stringify(name)}`,
      ).toBeVisible();
      await expectToStay(page);
    }
    // The same form with a good name goes on: it was the name.
    await form.write('Name', uniqueName('good'));
    await form.next();
    await expect(page.getByRole('button', { name: 'Review' })).toBeVisible();
    expect(await newest()).toEqual(before);
  });
}

test('the form of a Kafka topic should refuse numbers of partitions that no topic has', async ({
  signIn,
}) => {
  const before = await newest();
  const page = await signIn('payments-dev');
  const form = await TemplateForm.open(page, 'Kafka topic');
  await form.write('Name', uniqueName('topic'));
  const refusals: Record<string, RegExp> = {
    '0': /must be >= 1/,
    '1.5': /must be integer/,
    '1000000000': /must be <= 10000/,
    '-1': /must be >= 1/,
  };
  for (const [partitions, message] of Object.entries(refusals)) {
    await form.write('Partitions', partitions);
    await form.next();
    await expect(page.getByText(message).first()).toBeVisible();
    await expectToStay(page);
  }
  expect(await newest()).toEqual(before);
});

test('a task should end with what the API found wrong and what would be right', async ({
  signIn,
}) => {
  const before = await newest();
  const page = await signIn('payments-dev');
  const form = await TemplateForm.open(page, 'Kafka topic');
  // The form knows no number of brokers, and no system tables.
  await form.write('Name', '__consumer_offsets');
  await form.write('Replication factor', '3');
  await form.next();
  await form.belongsTo('Payments', 'payments');
  await form.send();
  await expect(
    page.getByText(/replicationFactor|__consumer_offsets/).first(),
  ).toBeVisible({ timeout: 60_000 });
  await expect(
    page.getByRole('link', { name: 'Open the request' }),
  ).toHaveCount(0);
  expect(await newest()).toEqual(before);
});

test('the form of a Kafka topic should say what a prefix does, and refuse a short one', async ({
  signIn,
}) => {
  const before = await newest();
  const page = await signIn('payments-dev');
  const form = await TemplateForm.open(page, 'Kafka topic');
  const name = uniqueName('topic');
  await form.write('Name', name);
  await expect(
    page.getByText('No other team can have names that begin so.'),
  ).toBeVisible();
  await form.write('Prefix (advanced)', 'abc');
  await form.next();
  await expect(
    page.getByText(/NOT have fewer than 4 characters/i).first(),
  ).toBeVisible();
  await expectToStay(page);
  await form.write('Prefix (advanced)', `${name}.`);
  await form.next();
  await expect(page.getByRole('button', { name: 'Review' })).toBeVisible();
  expect(await newest()).toEqual(before);
});
