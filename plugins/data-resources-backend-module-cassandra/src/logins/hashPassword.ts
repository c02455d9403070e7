import { hash } from 'bcrypt';
import { ProviderError } from '@data-resources/plugin-data-resources-node';

/** What Cassandra itself uses unless told otherwise. */
const ROUNDS = 10;

/** bcrypt looks at no more, so that two passwords could be the same to it. */
const LONGEST_BYTES = 72;

/**
 * The verifier of a password as Cassandra takes it, made on a thread of its own. Cassandra
 * knows the prefix `$2a$` only; for passwords without bytes beyond bcrypt's limit `$2b$`
 * is the same.
 */
export async function hashPassword(password: string): Promise<string> {
  const bytes = Buffer.byteLength(password);
  if (bytes > LONGEST_BYTES) {
    throw new ProviderError(
      'Rejected',
      `The password has ${bytes} bytes; Cassandra compares the first ${LONGEST_BYTES} only`,
    );
  }
  return (await hash(password, ROUNDS)).replace(/^\$2[by]\$/, '$2a$');
}
