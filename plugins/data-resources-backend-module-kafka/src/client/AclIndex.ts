import { aclKey, isWildcard } from './acls';
import type { Acl } from './acls';

/** ACLs on topics, each once, found by the name that they cover. */
export class AclIndex {
  readonly #literal = new Map<string, Acl[]>();
  /** Prefixed ones, and those on every topic. */
  readonly #broad: Acl[] = [];
  readonly #order: ReadonlyMap<Acl, number>;

  constructor(acls: readonly Acl[]) {
    const distinct = new Map(acls.map(acl => [aclKey(acl), acl]));
    this.#order = new Map([...distinct.values()].map((acl, at) => [acl, at]));
    for (const acl of distinct.values()) {
      if (acl.patternType === 'PREFIXED' || isWildcard(acl)) {
        this.#broad.push(acl);
        continue;
      }
      const same = this.#literal.get(acl.resourceName);
      if (same) {
        same.push(acl);
      } else {
        this.#literal.set(acl.resourceName, [acl]);
      }
    }
  }

  /** Prefixed ones that have names in common with a prefix. */
  overlapping(prefix: string): Acl[] {
    return this.#broad.filter(
      ({ patternType, resourceName }) =>
        patternType === 'PREFIXED' &&
        (resourceName.startsWith(prefix) || prefix.startsWith(resourceName)),
    );
  }

  /** All that are about a topic of this name, now or when there is one; in the order given. */
  covering(name: string): Acl[] {
    const broad = this.#broad.filter(
      acl =>
        acl.patternType !== 'PREFIXED' || name.startsWith(acl.resourceName),
    );
    return [...(this.#literal.get(name) ?? []), ...broad].sort(
      (left, right) => this.#order.get(left)! - this.#order.get(right)!,
    );
  }
}
