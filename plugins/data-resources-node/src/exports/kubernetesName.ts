import { createHash } from 'node:crypto';

const LONGEST = 253;
const LONGEST_SLUG = 54;
const DIGEST_LENGTH = 8;
const LEGAL =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * The name itself where Kubernetes takes it for an object; else its slug and a digest, so that two
 * names never become one.
 *
 * @public
 */
export function kubernetesName(name: string): string {
  if (name.length <= LONGEST && LEGAL.test(name)) {
    return name;
  }
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, '');
  const digest = createHash('sha256')
    .update(name)
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
  return slug ? `${slug}-${digest}` : digest;
}
