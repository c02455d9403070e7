import {
  ask,
  carryOutDeletion,
  create,
  database,
  developer,
  engineer,
  entityOf,
  eventually,
  topic,
  uniqueName,
} from '@data-resources/test-integration';
import { picture } from './support/picture';
import { openTab, RequestPage } from './support/RequestPage';
import { TemplateForm } from './support/TemplateForm';
import { expect, test } from './support/test';

test.describe('a request that no policy approves', () => {
  test('should wait for a person of the platform group, who is not the requester, and then be carried out', async ({
    signIn,
  }) => {
    const name = uniqueName('payments.history');
    const page = await signIn('payments-dev');

    const form = await TemplateForm.open(page, 'Kafka topic');
    await form.write('Name', name);
    await form.belongsTo('Payments', 'payments');
    await form.write('Reason', 'A year of settlements, read by 12 workers');
    await form.grant('payments-worker', 'consumer');
    await form.next();
    await form.set('partitions', '12');
    await form.setting('partitions').press('Tab');
    await expect(form.plan).toContainText('Decided by Platform');
    await form.order();

    const asked = new RequestPage(page);
    await expect(asked.verdict).toContainText('Waits for a decision');
    await expect(asked.verdict).toContainText(
      'Needed: 1 person of Platform. Never the person who asked.',
    );
    await expect(asked.button(/Approve|Reject/)).toHaveCount(0);
    await expect(asked.button('Withdraw…')).toBeVisible();

    const theirs = await signIn('platform-engineer');
    const waiting = await RequestPage.openWaiting(theirs, `Create ${name}`);
    await expect(waiting.page.getByText('A year of settlements')).toBeVisible();
    await expect(
      waiting.section('Plan').getByRole('row', { name: 'partitions' }),
    ).toContainText('12');
    await expect(
      waiting
        .section('Plan')
        .getByRole('code')
        .filter({ hasText: name })
        .first(),
    ).toBeVisible();
    await picture(theirs, 'request');
    await waiting.approve('Agreed with the payments team');

    // Both pages follow by themselves.
    await waiting.completes();
    await asked.completes();
    await expect(asked.section('Decisions')).toContainText(
      'Erik Engineer approved for Platform',
    );
    await expect(asked.section('Decisions')).toContainText(
      'Agreed with the payments team',
    );
    await expect(
      asked.section('Execution').getByRole('listitem').first(),
    ).toContainText('Done');

    await asked.openInCatalog();
    await expect(
      page
        .getByRole('region', { name: 'Settings' })
        .getByRole('row', { name: 'partitions 12 12' }),
    ).toBeVisible();
    await openTab(page, 'Overview');
    await expect(
      page.getByRole('link', { name: 'Payments', exact: true }).first(),
    ).toBeVisible();
    await expect(
      page.getByRole('link', { name: 'payments', exact: true }).first(),
    ).toBeVisible();
    await expect(page.getByText('Kafka (development)').first()).toBeVisible();
  });

  test('should be rejected with a reason that the requester reads', async ({
    signIn,
  }) => {
    const { id, name } = await ask(
      developer,
      topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
    );
    const theirs = await signIn('platform-engineer');
    const waiting = await RequestPage.openWaiting(theirs, `Create ${name}`);
    await waiting.button('Reject…').click();
    await expect(waiting.button('Reject')).toBeDisabled();
    await waiting.decision.getByLabel('Reason').fill('Six are enough for it');
    await waiting.button('Reject').click();
    await expect(waiting.verdict).toContainText('Rejected');

    const page = await signIn('payments-dev');
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.getByRole('link', { name: `Create ${name}` }).click();
    await expect(page).toHaveURL(new RegExp(`${id}$`));
    const mine = new RequestPage(page);
    await expect(mine.verdict).toContainText('Six are enough for it');
    await expect(mine.decision).toHaveCount(0);
    await expect(mine.section('Execution')).toContainText('Nothing was run.');
  });

  test('should be withdrawn by its requester', async ({ signIn }) => {
    const { id } = await ask(
      developer,
      database(undefined, { spec: { connectionLimit: 21 } }),
    );
    const page = await signIn('payments-dev');
    await page.goto(`/data-resources/requests/${id}`);
    const mine = new RequestPage(page);
    await mine.button('Withdraw…').click();
    await mine.button('Withdraw the request').click();

    await expect(mine.verdict).toContainText('Withdrawn');
    await expect(mine.decision).toHaveCount(0);
  });
});

test.describe('a deletion', () => {
  test('should need the typed name twice, be undone while there is time, and take the entity out of the catalog at last', async ({
    signIn,
  }) => {
    const made = await create(developer, database());
    await eventually(
      `${made.entityRef} is in the catalog`,
      () => entityOf(made),
      entity => entity !== undefined,
    );
    const entityPath = `/catalog/default/resource/${
      made.entityRef.split('/')[1]
    }`;
    const page = await signIn('payments-dev');
    await page.goto(`${entityPath}/data-resource`);

    await page.getByRole('button', { name: 'Request deletion…' }).click();
    const dialog = page.getByRole('dialog');
    const submit = dialog.getByRole('button', { name: 'Request deletion' });
    const typed = dialog.getByLabel(`Type ${made.name} to go on`);
    await typed.fill(made.name.slice(0, -1));
    await expect(submit).toBeDisabled();
    await typed.fill(made.name);
    await submit.click();
    const asked = new RequestPage(page);
    await expect(asked.verdict).toContainText('Waits for a decision');

    const theirs = await signIn('platform-engineer');
    const waiting = await RequestPage.openWaiting(
      theirs,
      `Delete ${made.name}`,
    );
    await waiting.button('Approve and delete…').click();
    const decide = waiting.button('Approve and delete');
    await expect(decide).toBeDisabled();
    await waiting.decision.getByText('I have read the plan').click();
    await expect(decide).toBeDisabled();
    await waiting.decision
      .getByLabel(`Type ${made.name} to approve its deletion`)
      .fill(made.name);
    await decide.click();

    await asked.completes();
    await page.goto(`/data-resources/${made.id}`);
    const quarantine = page.getByRole('region', { name: 'Quarantine' });
    await expect(quarantine).toContainText('It is removed for good in');
    await quarantine.getByRole('button', { name: 'Request restore…' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Request restore' })
      .click();
    await asked.completes();

    await carryOutDeletion(developer, engineer, made);
    await carryOutDeletion(developer, engineer, made);
    await eventually(
      `${made.entityRef} has left the catalog`,
      () => entityOf(made),
      entity => entity === undefined,
    );
    await page.getByRole('link', { name: 'Data resources' }).first().click();
    await page.getByRole('searchbox').fill(made.name);
    await expect(page.getByText('No data resource matches')).toBeVisible();
  });
});
