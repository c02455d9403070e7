import {
  createHash,
  createHmac,
  pbkdf2 as pbkdf2Callback,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';

const pbkdf2 = promisify(pbkdf2Callback);

/** PostgreSQL's own default for `scram_iterations`. */
const ITERATIONS = 4096;
const SALT_BYTES = 16;

/**
 * The verifier that PostgreSQL stores for a password, so that the password itself is in no
 * statement and no log of the server (RFC 5803 in the server's notation).
 */
export async function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<string> {
  const salted = await pbkdf2(
    normalise(password),
    salt,
    ITERATIONS,
    32,
    'sha256',
  );
  const key = (text: string) =>
    createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256')
    .update(key('Client Key'))
    .digest('base64');
  const server = key('Server Key').toString('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString(
    'base64',
  )}$${stored}:${server}`;
}

/** The part of SASLprep that changes passwords which clients accept: RFC 4013, 2.1 and 2.2. */
function normalise(password: string): string {
  return password
    .replace(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, ' ')
    .replace(
      /[\u00ad\u034f\u1806\u180b-\u180d\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]/g,
      '',
    )
    .normalize('NFKC');
}
