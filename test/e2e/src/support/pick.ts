import { expect, type Locator, type Page } from '@playwright/test';

/** Picks one of the entities that a field offers. */
export async function pick(
  within: Page | Locator,
  label: string,
  title: string,
): Promise<void> {
  const page = 'page' in within ? within.page() : within;
  const field = within.getByRole('combobox', { name: label }).last();
  await within
    .getByRole('button', { name: `Show suggestions ${label}` })
    .last()
    .click();
  await page.getByRole('option', { name: title, exact: true }).click();
  // On a busy machine the picker opens its list once more after the choice.
  await expect(async () => {
    await field.press('Escape');
    await expect(page.getByRole('listbox')).toHaveCount(0, {
      timeout: 1_000,
    });
  }).toPass({ timeout: 15_000 });
  await expect(field).toHaveValue(title);
}
