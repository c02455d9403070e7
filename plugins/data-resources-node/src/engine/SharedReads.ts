/**
 * What calls read that look at one moment together, e.g. those of one drift pass: of a cluster with
 * thousands of objects many answers are the same for all of them.
 *
 * @public
 */
export class SharedReads {
  readonly #reads = new Map<string, Promise<unknown>>();

  /** What was read under this key before, or is now. A read that failed is made again. */
  async once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#reads.get(key) as Promise<T> | undefined;
    if (known) {
      return known;
    }
    const reading = read();
    this.#reads.set(key, reading);
    reading.catch(() => this.#reads.delete(key));
    return reading;
  }
}
