import type { Locator } from '@playwright/test';

/** Chooses one of the formats in a dialog that shows exports. */
export async function chooseFormat(
  dialog: Locator,
  title: string,
): Promise<void> {
  await choose(dialog, 'Format', title);
}

/** Chooses an option of a list in a dialog. */
export async function choose(
  dialog: Locator,
  label: string,
  option: string | RegExp,
): Promise<void> {
  await dialog.getByRole('button', { name: new RegExp(`${label}$`) }).click();
  await dialog
    .page()
    .getByRole('option', { name: option, exact: true })
    .click();
}

/** A text that is shown under a title. */
export async function statement(
  dialog: Locator,
  title: string,
): Promise<string> {
  return dialog
    .getByRole('figure', { name: title, exact: true })
    .getByRole('code')
    .innerText();
}

/** What `envsubst` makes of a text. */
export function withVariables(
  text: string,
  variables: Record<string, string>,
): string {
  return text.replace(
    /\$\{(\w+)\}/g,
    (whole, name) => variables[name] ?? whole,
  );
}
