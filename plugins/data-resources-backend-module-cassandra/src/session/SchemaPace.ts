/** How much of a quicker change than those before is believed at once. */
const BELIEVED = 0.3;

/** How long schema changes take on a cluster: a slow one counts at once, quick ones by and by. */
export class SchemaPace {
  #ms?: number;

  took(ms: number): void {
    this.#ms =
      this.#ms === undefined || ms > this.#ms
        ? ms
        : this.#ms + (ms - this.#ms) * BELIEVED;
  }

  /** How many are made in so long, one after another; none before the first one was seen. */
  within(ms: number): number {
    return this.#ms === undefined ? 0 : Math.floor(ms / Math.max(1, this.#ms));
  }
}
