import { execFile } from 'node:child_process';
import { promises as fs } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { findPostgresTool, sqlAsAdmin } from '@data-resources/test-engines';
import {
  approve,
  ask,
  carryOutDeletion,
  completed,
  database,
  developer,
  engineer,
  resource,
} from '@data-resources/test-integration';
import { RequestPage } from './support/RequestPage';
import { expect, test } from './support/test';

const run = promisify(execFile);
const pgDump = findPostgresTool('pg_dump-18');
const pgRestore = pgDump && path.join(path.dirname(pgDump), 'pg_restore');

/** Installs what the instance is configured with; until then it is missing there. */
async function installPgDump(): Promise<void> {
  const folder = path.dirname(process.env.PORTAL_PG_DUMP!);
  await fs.mkdir(folder, { recursive: true });
  for (const program of [pgDump!, pgRestore!]) {
    await fs.symlink(program, path.join(folder, path.basename(program)));
  }
}

test('a database should be removed only with its last dump, and the page should say where that is', async ({
  signIn,
}) => {
  test.skip(!pgDump, 'needs pg_dump 18');
  const asked = await ask(
    developer,
    database(undefined, { instance: 'postgres-prod' }),
  );
  await approve(engineer, asked);
  const { resourceId } = await completed(developer, asked);
  const made = await resource(developer, resourceId!);
  await sqlAsAdmin(
    'postgres-prod',
    `SET ROLE "${made.name}_owner"; CREATE TABLE kept AS SELECT 'the last word' AS note`,
    { database: made.name },
  );
  await carryOutDeletion(developer, engineer, made);

  const page = await signIn('payments-dev');
  await page.goto(`/data-resources/${made.id}`);
  const dialog = page.getByRole('dialog');
  const plan = dialog.getByRole('region', { name: 'Plan' });
  await page.getByRole('button', { name: 'Request deletion…' }).click();
  await expect(plan).toContainText(
    `No last dump of ${made.name} can be made, and without one it is not dropped`,
  );
  await dialog.getByLabel(`Type ${made.name} to go on`).fill(made.name);
  await dialog.getByLabel('Reason').fill('Its data has moved');
  await dialog.getByRole('button', { name: 'Request deletion' }).click();

  const request = new RequestPage(page);
  await expect(request.verdict).toContainText('Waits for a decision');
  const id = page.url().split('/').pop()!;
  const { body } = await developer.get<typeof asked>(`/requests/${id}`);
  await approve(engineer, body);
  // Nothing is dropped without it, and nobody has to ask again.
  await expect(request.verdict).toContainText('Waits to be carried');
  await expect(page.getByRole('main')).toContainText('pg_dump cannot be run');
  await installPgDump();
  await request.completes();

  const folder = process.env.PORTAL_DUMPS_FOLDER!;
  const [dump] = await fs.readdir(folder);
  await expect(request.section('Execution')).toContainText(
    `The last dump is ${path.join(folder, dump)}, `,
  );
  const { stdout } = await run(pgRestore!, [
    '--file=-',
    path.join(folder, dump),
  ]);
  expect(stdout).toContain('the last word');
});
