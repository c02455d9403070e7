import { KubernetesValidatorFunctions } from '@backstage/catalog-model';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/** Leaves room for `-` and the digest within the 63 characters that an entity's name may have. */
const SLUG_LENGTH = 54;
const DIGEST_LENGTH = 8;

/**
 * The name of the catalog entity that stands for a resource.
 *
 * It is `<instance>.<name>` where that is lower case and a legal entity name. The catalog does
 * not tell upper from lower case and takes 63 characters at most, engines differ; any other name
 * becomes a slug that ends in 8 hex digits of a digest, so that two resources never share one
 * entity.
 *
 * @param instance - name of the configured instance, e.g. `kafka-dev`
 * @param name - the resource's real name on the engine
 * @public
 */
export function resourceEntityName(instance: string, name: string): string {
  const qualified = `${instance}.${name}`;
  if (
    qualified === qualified.toLowerCase() &&
    KubernetesValidatorFunctions.isValidObjectName(qualified)
  ) {
    return qualified;
  }
  const slug = qualified
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+/, '')
    .slice(0, SLUG_LENGTH)
    .replace(/[._-]+$/, '');
  const digest = bytesToHex(sha256(utf8ToBytes(`${instance}|${name}`))).slice(
    0,
    DIGEST_LENGTH,
  );
  return slug ? `${slug}-${digest}` : digest;
}

/**
 * The ref of the catalog entity that stands for a resource, e.g.
 * `resource:default/kafka-dev.payments.settled`.
 *
 * @public
 */
export function resourceEntityRef(instance: string, name: string): string {
  return `resource:default/${resourceEntityName(instance, name)}`;
}

/**
 * The ref of the catalog entity that stands for an instance. Instances' names are legal entity
 * names: the configuration is refused otherwise.
 *
 * @public
 */
export function instanceEntityRef(instance: string): string {
  return `resource:default/${instance}`;
}
