/**
 * Which entity stands for which resource or instance, as far as the catalog was told.
 *
 * A name can pass from a deleted resource to a new one, so the two directions are kept apart: the
 * end of the old resource must not take the new one's entity with it.
 */
export class EmittedEntities {
  readonly #refById = new Map<string, string>();
  readonly #idByRef = new Map<string, string>();

  has(id: string): boolean {
    return this.#refById.has(id);
  }

  /** The id that an entity stands for now. */
  holderOf(ref: string): string | undefined {
    return this.#idByRef.get(ref);
  }

  set(id: string, ref: string): void {
    this.#refById.set(id, ref);
    this.#idByRef.set(ref, id);
  }

  /** Forgets an id; answers the ref of the entity that nothing stands behind any more, if any. */
  delete(id: string): string | undefined {
    const ref = this.#refById.get(id);
    this.#refById.delete(id);
    if (ref === undefined || this.#idByRef.get(ref) !== id) {
      return undefined;
    }
    this.#idByRef.delete(ref);
    return ref;
  }

  /** Refs of the entities, each with the id that it stands for. */
  entries(): Iterable<[ref: string, id: string]> {
    return this.#idByRef.entries();
  }

  get size(): number {
    return this.#idByRef.size;
  }
}
