import { expect, type Locator, type Page } from '@playwright/test';
import { recordPassword } from '@data-resources/test-integration';
import { chooseFormat, statement } from './exports';

/** What the dialog showed, once. */
export interface ShownCredentials {
  username: string;
  password: string;
}

/** "Get credentials" on the tab of a data resource. */
export class CredentialsDialog {
  readonly #dialog: Locator;

  private constructor(dialog: Locator) {
    this.#dialog = dialog;
  }

  /** Issues credentials of a component and waits until they are shown. */
  static async issue(
    page: Page,
    component: string,
  ): Promise<CredentialsDialog> {
    await page
      .getByRole('button', { name: `Get credentials for ${component}` })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Issue credentials' }).click();
    await expect(dialog.getByText('is shown only now')).toBeVisible({
      timeout: 30_000,
    });
    return new CredentialsDialog(dialog);
  }

  /** What is shown. The run's canary looks for the password in the end. */
  async read(): Promise<ShownCredentials> {
    const password = await this.#value('Password');
    await recordPassword(password);
    return { username: await this.#value('Username'), password };
  }

  /** What is shown to be set in a client's environment. */
  async environment(): Promise<Record<string, string>> {
    const text = await statement(this.#dialog, 'Environment of the client');
    return Object.fromEntries(
      [...text.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
  }

  /** The configuration to paste for one kind of client. */
  async configuration(client: string, fileName: string): Promise<string> {
    await chooseFormat(this.#dialog, client);
    return statement(this.#dialog, fileName);
  }

  /** Says that the password is kept, and closes. */
  async close(): Promise<void> {
    await this.#dialog.getByText('I have saved the password').click();
    await this.#dialog.getByRole('button', { name: 'Done' }).click();
    await expect(this.#dialog).toBeHidden();
  }

  async #value(label: 'Username' | 'Password'): Promise<string> {
    return this.#dialog
      .getByRole('definition')
      .nth(label === 'Username' ? 0 : 1)
      .innerText();
  }
}
