/** From so many on it is worth that others wait. */
const MANY = 50;

/**
 * Whether this process is busy with much at once that people wait for. What they do not wait for then
 * takes fewer and larger turns, instead of a share of every moment.
 */
export class Rush {
  #underWay = 0;

  static create(): Rush {
    return new Rush();
  }

  get isOn(): boolean {
    return this.#underWay > 0;
  }

  /** Does the work; of much at once it is known while it lasts. */
  async during<T>(count: number, work: () => Promise<T>): Promise<T> {
    if (count < MANY) {
      return work();
    }
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
    }
  }
}
