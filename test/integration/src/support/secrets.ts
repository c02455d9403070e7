import { promises as fs } from 'node:fs';
import path from 'node:path';
import type {
  DataResource,
  IssuedCredentials,
} from '@data-resources/plugin-data-resources-common';
import { DESCRIPTION_VARIABLE } from '@data-resources/test-engines';
import { environment } from './environment';
import type { Person } from './Person';

/** Beside the description of the engines, which holds their passwords, and goes with it. */
function recordFile(): string {
  return path.join(
    path.dirname(environment(DESCRIPTION_VARIABLE)),
    'issued-passwords.txt',
  );
}

/** Notes a password that was issued, for the canary that looks for it in the end. */
export async function recordPassword(password: string): Promise<void> {
  await fs.appendFile(recordFile(), `${password}\n`, { mode: 0o600 });
}

/** Every password that this run has issued. */
export async function recordedPasswords(): Promise<string[]> {
  const text = await fs.readFile(recordFile(), 'utf8');
  return text.split('\n').filter(line => line !== '');
}

/** Takes credentials, and throws unless they are given. A busy slot is freed. */
export async function issue(
  person: Person,
  { id }: DataResource,
  principal: string,
): Promise<IssuedCredentials> {
  const { status, body } = await person.post<IssuedCredentials>(
    `/resources/${id}/credentials`,
    { principal, replace: true },
  );
  if (status !== 200) {
    throw new Error(
      `Credentials of ${principal} answered ${status}: ${JSON.stringify(body)}`,
    );
  }
  await recordPassword(body.password);
  return body;
}
