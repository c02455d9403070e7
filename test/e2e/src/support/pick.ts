import { expect, type Locator, type Page } from '@playwright/test';

/** Picks one of the entities that a field offers. */
export async function pick(
  within: Page | Locator,
  label: string,
  title: string,
): Promise<void> {
  const page = 'page' in within ? within.page() : within;
  const field = within.getByRole('combobox', { name: label }).last();
  const option = page.getByRole('option', { name: title, exact: true });
  // A list that is drawn anew while it opens closes by itself, on a busy machine before the click.
  await expect(async () => {
    if ((await option.count()) === 0) {
      await within
        .getByRole('button', { name: `Show suggestions ${label}` })
        .last()
        .click({ timeout: 5_000 });
    }
    await option.click({ timeout: 5_000 });
  }).toPass({ timeout: 30_000 });
  // On a busy machine the picker opens its list once more after the choice.
  await expect(async () => {
    await field.press('Escape');
    await expect(page.getByRole('listbox')).toHaveCount(0, {
      timeout: 1_000,
    });
  }).toPass({ timeout: 15_000 });
  await expect(field).toHaveValue(title);
}
