import { randomBytes } from 'node:crypto';

/** 32 bytes are 256 bits; base64url needs no quoting in URLs, shells and connection strings. */
const PASSWORD_BYTES = 32;

/**
 * A fresh random password of 43 characters from `[A-Za-z0-9_-]`.
 *
 * @public
 */
export function generatePassword(): string {
  return randomBytes(PASSWORD_BYTES).toString('base64url');
}
