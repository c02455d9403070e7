import {
  ask,
  create,
  developer,
  topic,
} from '@data-resources/test-integration';
import { RequestPage } from './support/RequestPage';
import { expect, test } from './support/test';

test('every page should have a title, a heading and one main part', async ({
  signIn,
}) => {
  const made = await create(developer, topic());
  const { id } = await ask(
    developer,
    topic(undefined, { spec: { partitions: 7, replicationFactor: 1 } }),
  );
  const page = await signIn('payments-dev');
  const pages: Record<string, RegExp> = {
    '/data-resources': /^Data resources \| Data Resources$/,
    '/data-resources/requests': /^Requests: mine \| Data Resources$/,
    '/data-resources/requests?view=waiting': /^Requests: waiting for me \|/,
    [`/data-resources/requests/${id}`]: /^Create topic_\w+ \| Data Resources$/,
    [`/data-resources/${made.id}`]: new RegExp(`^${made.name} \\| `),
  };
  for (const [path, title] of Object.entries(pages)) {
    await page.goto(path);
    // Notifications put their number before it.
    await expect
      .poll(async () => (await page.title()).replace(/^\(\d+\) /, ''))
      .toMatch(title);
    await expect(page.getByRole('main')).toHaveCount(1);
    await expect(page.getByRole('heading', { level: 2 })).toHaveCount(1);
    // What stands there has a name for those who hear the page.
    for (const role of ['button', 'link', 'textbox', 'table'] as const) {
      await expect(
        page.getByRole('main').getByRole(role, { name: /^\s*$/ }),
        `${role}s without a name on ${path}`,
      ).toHaveCount(0);
    }
  }
});

test('a request should be decided by keyboard alone', async ({ signIn }) => {
  const { id } = await ask(
    developer,
    topic(undefined, { spec: { partitions: 8, replicationFactor: 1 } }),
  );
  const page = await signIn('platform-engineer');
  await page.goto(`/data-resources/requests/${id}`);
  const request = new RequestPage(page);
  const approve = request.button('Approve and apply…');
  await expect(approve).toBeVisible();

  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await approve.evaluate(each => each === document.activeElement)) {
      break;
    }
  }
  await expect(approve).toBeFocused();
  await page.keyboard.press('Enter');

  const comment = request.decision.getByLabel('Comment');
  await expect(comment).toBeFocused();
  await page.keyboard.type('By keyboard');
  await page.keyboard.press('Tab');
  await expect(request.button('Cancel')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(request.button('Approve and apply')).toBeFocused();
  await page.keyboard.press('Enter');

  await request.completes();
  await expect(request.section('Decisions')).toContainText('By keyboard');
});

test('somebody of no group should read everything and be offered nothing', async ({
  signIn,
}) => {
  const made = await create(developer, topic());
  const page = await signIn('auditor');
  await page.goto(`/data-resources/${made.id}`);

  await expect(page.getByRole('region', { name: 'State' })).toContainText(
    'Ready',
  );
  await expect(
    page.getByRole('main').getByRole('button', {
      name: /Request access|Get credentials|Revoke|Request deletion/,
    }),
  ).toHaveCount(0);
});
