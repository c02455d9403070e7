import {
  bareDatabase,
  discovered,
  engineer,
  foreignDatabase,
} from '@data-resources/test-integration';
import { pick } from './support/pick';
import { openTab, RequestPage } from './support/RequestPage';
import { expect, test } from './support/test';

test('what nobody manages should be given to a group, which agrees, and stand in the catalog', async ({
  signIn,
}) => {
  const foreign = await foreignDatabase();
  const { name } = foreign;
  await discovered(engineer, foreign);

  const page = await signIn('platform-engineer');
  await page.getByRole('link', { name: 'Adoption', exact: true }).click();
  const row = page.getByRole('row', { name });
  await expect(row).toContainText('comment on the database names');
  await row.getByRole('checkbox').focus();
  await page.keyboard.press('Space');
  const bar = page.getByRole('region', { name: 'Adopt what is selected' });
  await expect(bar).toContainText('Its new owners decide');
  await pick(bar, 'Owner', 'Payments');
  await bar.getByLabel('Reason').fill('It settles our payments');
  await bar.getByRole('button', { name: 'Request adoption' }).click();
  const results = page.getByRole('region', { name: 'What was asked for' });
  await expect(results).toContainText('1 asked for, 0 refused');
  await expect(row.getByRole('checkbox')).toHaveCount(0);
  await results.getByRole('link', { name: `Adopt ${name}` }).click();
  const asked = new RequestPage(page);
  await expect(asked.verdict).toContainText('Needed: 1 person of Payments.');
  await expect(asked.button(/Approve/)).toHaveCount(0);

  const theirs = await signIn('payments-dev');
  const waiting = await RequestPage.openWaiting(theirs, `Adopt ${name}`);
  await expect(theirs.getByText('It settles our payments')).toBeVisible();
  await expect(waiting.section('Plan')).toContainText(
    foreign.credentials.username,
  );
  await waiting.button(/^Approve and .*…$/).click();
  await waiting.button(/^Approve and [^…]*$/).click();
  await waiting.completes();
  await asked.completes();

  await waiting.openInCatalog();
  await expect(
    theirs.getByRole('region', { name: 'Effective access' }),
  ).toContainText(foreign.credentials.username);
});

test('many at once should be asked for, each told what became of it, and approved together by others of platform', async ({
  signIn,
}) => {
  const [{ name: first }, { name: second }, closed] = await Promise.all([
    foreignDatabase(),
    foreignDatabase(),
    bareDatabase({ administered: false }),
  ]);
  for (const name of [first, second, closed]) {
    await discovered(engineer, {
      type: 'postgres-database',
      instance: 'postgres-dev',
      name,
    });
  }
  const page = await signIn('platform-engineer');
  await page.goto('/data-resources/adoption');
  for (const name of [first, second, closed]) {
    await page.getByRole('row', { name }).getByRole('checkbox').focus();
    await page.keyboard.press('Space');
  }
  await page.getByRole('button', { name: 'Request 3 adoptions' }).click();
  const results = page.getByRole('region', { name: 'What was asked for' });
  await expect(results).toContainText('2 asked for, 1 refused');
  await expect(results.getByRole('row', { name: closed })).toContainText(
    `${closed}_app`,
  );
  // It may be tried again once somebody has done that.
  await expect(
    page
      .getByRole('table', { name: 'What nobody manages' })
      .getByRole('row', { name: closed })
      .getByRole('checkbox'),
  ).toBeChecked();

  const theirs = await signIn('platform-lead');
  await theirs.getByRole('link', { name: 'Requests', exact: true }).click();
  await openTab(theirs, 'Waiting for me');
  await theirs
    .getByRole('row', { name: `Adopt ${first}` })
    .getByRole('link', { name: 'one of a batch' })
    .click();
  const batch = theirs.getByRole('region', { name: 'This batch' });
  await expect(batch).toContainText('2 wait for you');
  await batch.getByRole('button', { name: 'Approve 2' }).click();
  await expect(batch).toContainText('2 approved, 0 refused');
});
