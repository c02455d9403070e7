import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers that a seed determines, so that a run can be repeated. */
export class Random {
  readonly #generator: ReturnType<typeof xoroshiro128plus>;

  private constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  static create(seed: number): Random {
    return new Random(seed);
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    return uniformFloat64(this.#generator);
  }

  /** From `from` up to, and without, `to`. */
  between(from: number, to: number): number {
    return from + this.next() * (to - from);
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)];
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const result = [...list];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.next() * (last + 1));
      [result[last], result[other]] = [result[other], result[last]];
    }
    return result;
  }
}
