import { expect, test as base, type Page } from '@playwright/test';
import { watch } from './watch';

export { expect };

/** Signs in as one of the sample people, in a tab of their own. */
export type SignIn = (name: string) => Promise<Page>;

/**
 * Playwright's `test`, whose tests begin at the list of people. When one has passed, its browser
 * must have had nothing to complain about.
 */
export const test = base.extend<{ signIn: SignIn }>({
  signIn: async ({ context }, use) => {
    const complaints: string[] = [];
    await use(async name => {
      const page = await context.newPage();
      watch(page, complaints);
      await page.goto('/');
      await page.getByRole('button', { name, exact: true }).click();
      await expect(
        page.getByRole('link', { name: 'Requests', exact: true }),
      ).toBeVisible();
      return page;
    });
    expect(complaints, 'what the browser complained about').toEqual([]);
  },
});
