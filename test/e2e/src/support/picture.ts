import path from 'node:path';
import { type Locator, type Page, test } from '@playwright/test';

/** How large the README's pictures are. */
const SIZE = { width: 1280, height: 800 };

/**
 * Takes a picture of a page as the README shows it. It goes to the test's own output; with
 * `PORTAL_PICTURES` set to a folder, such as `docs/images`, it goes there.
 */
export async function picture(
  page: Page,
  name: string,
  /** What stands at its top, if that is not the page's. */
  top?: Locator,
): Promise<void> {
  const before = page.viewportSize()!;
  const file = `${name}.png`;
  const folder = process.env.PORTAL_PICTURES;
  await page.setViewportSize(SIZE);
  await top?.evaluate(element => element.scrollIntoView({ block: 'start' }));
  // The pointer would leave its mark on what it last touched.
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: folder ? path.resolve(folder, file) : test.info().outputPath(file),
    animations: 'disabled',
    caret: 'hide',
  });
  await page.setViewportSize(before);
}
