import { expect, type Locator, type Page } from '@playwright/test';
import { pick } from './pick';

/** The form of a template, filled in as a developer does. */
export class TemplateForm {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** From the sidebar to the first step of the template with that title. */
  static async open(page: Page, title: string): Promise<TemplateForm> {
    // The catalog's page has a button of that name as well.
    await page
      .getByTestId('sidebar-root')
      .getByRole('link', { name: 'Create', exact: true })
      .click();
    const choose = page.getByRole('button', { name: 'Choose' });
    // Backstage's page forgets to filter by what is written before its list has come.
    await expect(choose.first()).toBeVisible();
    await page.getByRole('textbox', { name: 'Search' }).fill(title);
    await expect(choose).toHaveCount(1);
    await choose.click();
    await expect(
      page.getByRole('heading', { name: title, exact: true }),
    ).toBeVisible();
    return new TemplateForm(page);
  }

  /** Fills a field in which one writes; empties it with an empty text. */
  async write(label: string, text: string): Promise<void> {
    await this.#page.getByLabel(label).fill(text);
  }

  /** Fills a field of the settings, which are called as the engine calls them. */
  async set(setting: string, value: string): Promise<void> {
    await this.setting(setting).fill(value);
  }

  /** A field of the settings in which one writes, with or without texts that it offers. */
  setting(name: string): Locator {
    const named = { name: new RegExp(`^${name}\\b`) };
    return this.#page
      .getByRole('textbox', named)
      .or(this.#page.getByRole('combobox', named));
  }

  /** Adds a key with its value to a setting that is a map. */
  async put(setting: string, key: string, value: string): Promise<void> {
    const another = this.setting(`Another key of ${setting}`);
    await another.fill(key);
    await another.press('Enter');
    await this.set(key, value);
  }

  /** What the whole form would come to. */
  get plan(): Locator {
    return this.#page.getByRole('region', { name: 'Plan' });
  }

  /** Picks one of the entities that a field offers. */
  async pick(label: string, title: string): Promise<void> {
    await pick(this.#page, label, title);
  }

  /** Gives a component a role at once. */
  async grant(component: string, role: string): Promise<void> {
    await this.#page.getByRole('button', { name: 'Add Item' }).click();
    await this.pick('Component', component);
    const roles = this.#page.getByRole('button', { name: 'Role' }).last();
    await roles.click();
    await this.#page
      .getByRole('option', { name: new RegExp(`^${role}: `) })
      .click();
    await expect(roles).toContainText(`${role}: `);
  }

  /** Goes on to the next page, or shows what is wrong. */
  async next(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Next' }).click();
  }

  /** The fields on whose it is. */
  async belongsTo(owner: string, system: string): Promise<void> {
    await this.pick('Owner', owner);
    await this.pick('System', system);
  }

  /** Leaves the last page, or shows what is wrong. */
  async review(): Promise<void> {
    const button = this.#page.getByRole('button', { name: 'Review' });
    await expect(button).toBeVisible();
    await expect(
      this.#page.getByLabel('The settings are being loaded'),
    ).toHaveCount(0);
    await button.click();
  }

  /** Reviews and sends the form. */
  async send(): Promise<void> {
    await this.review();
    await this.#page.getByRole('button', { name: 'Create' }).click();
  }

  /** Sends it, and follows the link at the end of the task. */
  async order(): Promise<void> {
    await this.send();
    await this.#page
      .getByRole('link', { name: 'Open the request' })
      .click({ timeout: 60_000 });
    await expect(this.#page).toHaveURL(
      /\/data-resources\/requests\/[0-9a-f-]+$/,
    );
  }
}
