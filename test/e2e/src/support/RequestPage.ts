import { expect, type Locator, type Page } from '@playwright/test';

/** How long what runs on an engine may take. */
const EXECUTION_MS = 60_000;

/** The page of a request. */
export class RequestPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** How the request stands, in one sentence. */
  get verdict(): Locator {
    return this.page.getByRole('main').getByRole('status').first();
  }

  /** What the reader may do; absent where that is nothing. */
  get decision(): Locator {
    return this.page.getByRole('region', {
      name: 'Decision',
      exact: true,
    });
  }

  /** A part of the page by its title. */
  section(title: string): Locator {
    return this.page.getByRole('region', { name: title, exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.decision.getByRole('button', { name });
  }

  /** Waits until the page says by itself that all is done. */
  async completes(): Promise<void> {
    await expect(this.verdict).toContainText('Completed', {
      timeout: EXECUTION_MS,
    });
  }

  /** Opens the request of that name in the list of those that wait for the reader. */
  static async openWaiting(page: Page, title: string): Promise<RequestPage> {
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await openTab(page, 'Waiting for me');
    await page.getByRole('link', { name: title, exact: true }).click();
    await expect(
      page.getByRole('heading', { name: title, exact: true }),
    ).toBeVisible();
    return new RequestPage(page);
  }

  /** Approves what is shown. */
  async approve(comment: string): Promise<void> {
    await this.button('Approve and apply…').click();
    await this.decision.getByLabel('Comment').fill(comment);
    await this.button('Approve and apply').click();
  }

  /** Goes on to the entity in the catalog as soon as it is there, to our tab. */
  async openInCatalog(): Promise<void> {
    await this.page.getByRole('link', { name: 'Open in the catalog' }).click();
    await openTab(this.page, 'Data resource');
    await expect(
      this.page.getByRole('region', { name: 'State' }),
    ).toBeVisible();
  }
}

/** A tab below a page's heading: it leads to an address of its own. */
export async function openTab(page: Page, name: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Content navigation' })
    .getByRole('link', { name, exact: true })
    .click();
}
