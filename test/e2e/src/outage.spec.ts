import {
  ask,
  database,
  developer,
  Server,
} from '@data-resources/test-integration';
import { RequestPage } from './support/RequestPage';
import { expect, test } from './support/test';

test('a request whose engine is down should say what it waits for, and complete by itself', async ({
  signIn,
}) => {
  const { id } = await ask(
    developer,
    database(undefined, { spec: { connectionLimit: 30 } }),
  );
  const page = await signIn('platform-engineer');
  await page.goto(`/data-resources/requests/${id}`);
  const request = new RequestPage(page);
  await expect(request.button('Approve and apply…')).toBeVisible();

  const server = new Server('postgres-dev');
  await server.freeze();
  try {
    await request.approve('It can wait until the server is back');
    await expect(request.verdict).toContainText('postgres-dev', {
      timeout: 60_000,
    });
    await expect(request.verdict).toContainText(
      /Next attempt|It is being tried again/,
    );
  } finally {
    await server.resume();
  }
  await expect(request.verdict).toContainText('Completed', {
    timeout: 90_000,
  });
  await expect(request.verdict).not.toContainText('postgres-dev');
});
