import {
  ask,
  developer,
  neighbour,
  ofLogistics,
  topic,
  uniqueName,
} from '@data-resources/test-integration';
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
    await form.pick('Owner', 'Payments');
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

test('the form of a Kafka topic should say at each field what is wrong with it, and let nothing through', async ({
  signIn,
}) => {
  const before = await newest();
  const page = await signIn('payments-dev');
  const form = await TemplateForm.open(page, 'Kafka topic');
  const name = uniqueName('topic');
  await form.write('Name', name);
  await form.pick('Owner', 'Payments');
  await form.next();

  const wrong: Record<string, [value: string, message: RegExp]> = {
    replicationFactor: ['3', /needs as many brokers; this cluster has 1/],
    'retention.ms': ['a week', /expected a whole number of -1 or more/],
    prefix: ['other.', /has nothing to do with topic/],
  };
  for (const [setting, [value]] of Object.entries(wrong)) {
    await form.set(setting, value);
    await form.setting(setting).press('Tab');
  }
  for (const [setting, [, message]] of Object.entries(wrong)) {
    await expect(form.setting(setting)).toHaveAccessibleDescription(message);
  }
  await expect(form.plan).toContainText('This would be refused.');
  // What no plan can be made of is said at its field as well.
  for (const [setting, value, message] of [
    ['brokers', '1, one', /found "one"/],
    ['prefix', 'abc', /must have 4 characters or more/],
  ] as const) {
    await form.set(setting, value);
    await expect(form.setting(setting)).toHaveAccessibleDescription(message);
  }
  await form.review();
  await expect(
    page.getByText(/would be refused; the fields/).first(),
  ).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create' })).toHaveCount(0);
  expect(await newest()).toEqual(before);
});

test('a task should end with what the API found wrong and what would be right', async ({
  signIn,
}) => {
  const page = await signIn('payments-dev');
  const form = await TemplateForm.open(page, 'Kafka topic');
  const name = uniqueName('topic');
  await form.write('Name', name);
  await form.belongsTo('Payments', 'payments');
  await form.next();
  await form.review();
  // Somebody is faster.
  await ask(neighbour, topic(name, ofLogistics));
  const before = await newest();
  await page.getByRole('button', { name: 'Create' }).click();
  await expect(
    page.getByText(new RegExp(`${name}.*(taken|reserved)`)).first(),
  ).toBeVisible({ timeout: 60_000 });
  await expect(
    page.getByRole('link', { name: 'Open the request' }),
  ).toHaveCount(0);
  expect(await newest()).toEqual(before);
});
