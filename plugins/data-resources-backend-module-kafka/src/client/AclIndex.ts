import { holderKey, WILDCARD } from './acls';
import type { Acl } from './acls';

/** An ACL, and where it stands among those given. */
interface Placed {
  acl: Acl;
  at: number;
}

/** By the name that they are on, and by who has them there. */
type Places = Map<string, Map<string, Placed>>;

/** ACLs on topics, each once, found by the name that they cover. */
export class AclIndex {
  /** With those on every topic, which are literally on `*`. */
  readonly #literal: Places = new Map();
  readonly #prefixed: Places = new Map();

  constructor(acls: readonly Acl[]) {
    acls.forEach((acl, at) => {
      const places = this.#placesOf(acl);
      const same = places.get(acl.resourceName) ?? new Map<string, Placed>();
      places.set(acl.resourceName, same);
      const key = holderKey(acl);
      if (!same.has(key)) {
        same.set(key, { acl, at });
      }
    });
  }

  /** Whether it is one of them. */
  has(acl: Acl): boolean {
    const same = this.#placesOf(acl).get(acl.resourceName);
    return same?.has(holderKey(acl)) ?? false;
  }

  /** Prefixed ones that have names in common with a prefix. */
  overlapping(prefix: string): Acl[] {
    return inOrder(
      this.#prefixedOn(
        name => name.startsWith(prefix) || prefix.startsWith(name),
      ),
    );
  }

  /** All that are about a topic of this name, now or when there is one; in the order given. */
  covering(name: string): Acl[] {
    return inOrder([
      ...placedOn(this.#literal, name),
      ...(name === WILDCARD ? [] : placedOn(this.#literal, WILDCARD)),
      ...this.#prefixedOn(prefix => name.startsWith(prefix)),
    ]);
  }

  #placesOf({ patternType }: Acl): Places {
    return patternType === 'PREFIXED' ? this.#prefixed : this.#literal;
  }

  #prefixedOn(isMeant: (prefix: string) => boolean): Placed[] {
    return [...this.#prefixed.keys()]
      .filter(isMeant)
      .flatMap(name => placedOn(this.#prefixed, name));
  }
}

function placedOn(places: Places, name: string): Placed[] {
  return [...(places.get(name)?.values() ?? [])];
}

function inOrder(placed: Placed[]): Acl[] {
  return placed.sort((left, right) => left.at - right.at).map(({ acl }) => acl);
}
