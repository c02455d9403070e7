import {
  create,
  database,
  developer,
  resource,
} from '@data-resources/test-integration';
import { RequestPage } from './support/RequestPage';
import { expect, test } from './support/test';

test('settings should be changed in a form that shows the plan first', async ({
  signIn,
}) => {
  const made = await create(developer, database());
  const page = await signIn('payments-dev');
  await page.goto(`/data-resources/${made.id}`);
  await page.getByRole('button', { name: 'Change…' }).click();
  const dialog = page.getByRole('dialog', { name: `Change ${made.name}` });
  const plan = dialog.getByRole('region', { name: 'Plan' });
  const limit = dialog.getByRole('textbox', { name: 'connectionLimit' });

  await limit.fill('21');
  await limit.press('Tab');
  await expect(plan).toContainText('Decided by Platform');
  await limit.fill('12');
  await limit.press('Tab');
  await expect(plan).toContainText('Approved automatically');
  await expect(
    plan.getByRole('row', { name: /connectionLimit/ }),
  ).toContainText('12');
  await dialog.getByLabel('Reason').fill('Two more workers');
  await dialog.getByRole('button', { name: 'Request update' }).click();

  const asked = new RequestPage(page);
  await asked.completes();
  await expect(page.getByText('Two more workers')).toBeVisible();
  await page.goto(`/data-resources/${made.id}`);
  await expect(
    page
      .getByRole('region', { name: 'Settings' })
      .getByRole('row', { name: 'connectionLimit 12 12' }),
  ).toBeVisible();
});

test('a resource should be promoted with other settings, and the two stages lead to each other', async ({
  signIn,
}) => {
  const made = await create(developer, database());
  const page = await signIn('payments-dev');
  await page.goto(`/data-resources/${made.id}`);
  await page.getByRole('button', { name: 'Promote to prod…' }).click();
  const dialog = page.getByRole('dialog', {
    name: `Promote ${made.name} to prod`,
  });
  const limit = dialog.getByRole('textbox', { name: 'connectionLimit' });
  await limit.fill('40');
  await limit.press('Tab');
  await expect(dialog.getByRole('region', { name: 'Plan' })).toContainText(
    'spec.connectionLimit is 10 on postgres-dev, and 40 here',
  );
  // Production asks for one.
  await expect(dialog).toContainText('This would be refused.');
  await dialog.getByLabel('Reason').fill('It has proved itself');
  await expect(dialog).toContainText('Decided by Platform');
  await dialog.getByRole('button', { name: 'Request promotion' }).click();

  const asked = new RequestPage(page);
  await expect(asked.verdict).toContainText('Waits for a decision');
  const theirs = await signIn('platform-engineer');
  await theirs.goto(page.url());
  const waiting = new RequestPage(theirs);
  await expect(theirs.getByRole('main')).toContainText(
    'spec.connectionLimit is 10 on postgres-dev, and 40 here',
  );
  await waiting.approve('Ready for it');
  await asked.completes();

  await page.goto(`/data-resources/${made.id}`);
  const stages = page.getByRole('region', { name: 'Stages' });
  await stages
    .getByRole('link', { name: `${made.name} on postgres-prod` })
    .click();
  await expect(stages).toContainText(`${made.name} on postgres-dev`);
  expect(await resource(developer, made.id)).toMatchObject({
    spec: { connectionLimit: 10 },
  });
});
