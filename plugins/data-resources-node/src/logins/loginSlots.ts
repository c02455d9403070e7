import { createHash } from 'node:crypto';
import type { LoginSlots } from '../engine/LoginProvider';

/** At most 40 for the slug, so that `<slug>_<10 hex>_a` is within every engine's 63 bytes. */
const SLUG_LENGTH = 40;
const DIGEST_LENGTH = 10;

/**
 * The login names of a principal: `<slug>_<digest>_a` and `…_b`. The digest keeps apart
 * components whose slugs are alike, environments, and portals that share a cluster.
 *
 * @param options.principal - full lower-case entity ref, e.g. `component:default/payments-api`
 * @public
 */
export function loginSlots(options: {
  principal: string;
  environment: string;
  installationId: string;
}): LoginSlots {
  const { principal, environment, installationId } = options;
  const name = principal.slice(principal.lastIndexOf('/') + 1);
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '_')
    .slice(0, SLUG_LENGTH);
  const digest = createHash('sha256')
    .update(`${principal}|${environment}|${installationId}`)
    .digest('hex')
    .slice(0, DIGEST_LENGTH);
  const base = `${slug}_${digest}`;
  return { base, a: `${base}_a`, b: `${base}_b` };
}
