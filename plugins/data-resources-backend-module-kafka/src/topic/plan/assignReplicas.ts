/** A broker that runs, with the rack that it stands in where the cluster tells. */
export type BrokerPlace = { id: number; rack?: string };

interface Options {
  /** Chooses where the round begins, so that not all topics begin at the same broker. */
  name: string;
  replicationFactor: number;
  /** Those that replicas may be added on, by id. */
  brokers: readonly BrokerPlace[];
}

/**
 * The brokers of each partition after a change of the replication factor. Replicas stay where they
 * are as far as that goes, and the first of each, which is the preferred leader, always does.
 * What is added goes to racks that the partition is not in, then to brokers with the fewest
 * replicas of the topic; what is removed goes from the opposite.
 *
 * Other topics do not count: the plan would be another one whenever somebody creates a topic, and
 * what was approved could not run.
 *
 * @param placement - the brokers of each partition now, the preferred leader first
 * @returns fewer replicas than asked for where there are too few brokers
 */
export function assignReplicas(
  placement: readonly (readonly number[])[],
  options: Options,
): number[][] {
  const spread = new Spread(placement, options);
  return placement.map((replicas, partition) =>
    spread.assign(replicas, partition),
  );
}

/** Racks count only where every broker has one, as for Kafka itself. */
export function racksOf(
  brokers: readonly BrokerPlace[],
): ReadonlyMap<number, string> {
  return brokers.every(({ rack }) => rack !== undefined)
    ? new Map(brokers.map(({ id, rack }) => [id, rack!]))
    : new Map();
}

class Spread {
  readonly #options: Options;
  readonly #racks: ReadonlyMap<number, string>;
  readonly #turns: ReadonlyMap<number, number>;
  readonly #first: number;
  /** How many replicas of the topic each broker has, as far as it is decided. */
  readonly #load = new Map<number, number>();

  constructor(placement: readonly (readonly number[])[], options: Options) {
    const { brokers, name } = options;
    this.#options = options;
    this.#racks = racksOf(brokers);
    this.#turns = new Map(brokers.map(({ id }, index) => [id, index]));
    this.#first = [...name].reduce(
      (sum, character) => (sum * 31 + character.codePointAt(0)!) % 65_521,
      0,
    );
    for (const id of placement.flat()) {
      this.#count(id, 1);
    }
  }

  assign(replicas: readonly number[], partition: number): number[] {
    const { replicationFactor, brokers } = this.#options;
    let assigned = [...replicas];
    while (assigned.length > replicationFactor) {
      const [, ...others] = assigned;
      const id = this.#least(others, candidate => [
        this.#turns.has(candidate) ? 1 : 0,
        -this.#neighbours(candidate, assigned),
        -this.#loadOf(candidate),
        this.#turn(candidate, partition),
      ]);
      assigned = assigned.filter(other => other !== id);
      this.#count(id, -1);
    }
    while (assigned.length < replicationFactor) {
      const free = brokers
        .map(broker => broker.id)
        .filter(id => !assigned.includes(id));
      if (free.length === 0) {
        break;
      }
      const id = this.#least(free, candidate => [
        this.#neighbours(candidate, assigned),
        this.#loadOf(candidate),
        this.#turn(candidate, partition),
      ]);
      assigned.push(id);
      this.#count(id, 1);
    }
    return assigned;
  }

  /** How many of the others stand in the same rack. */
  #neighbours(id: number, others: readonly number[]): number {
    const rack = this.#racks.get(id);
    return rack === undefined
      ? 0
      : others.filter(other => other !== id && this.#racks.get(other) === rack)
          .length;
  }

  /** From partition to partition another broker comes first. */
  #turn(id: number, partition: number): number {
    const count = this.#turns.size;
    const turn = (this.#turns.get(id) ?? 0) - this.#first - partition;
    return ((turn % count) + count) % count;
  }

  #loadOf(id: number): number {
    return this.#load.get(id) ?? 0;
  }

  #count(id: number, change: number): void {
    this.#load.set(id, this.#loadOf(id) + change);
  }

  #least(ids: readonly number[], keyOf: (id: number) => number[]): number {
    const keys = new Map(ids.map(id => [id, keyOf(id)]));
    return [...ids].sort((left, right) =>
      compare(keys.get(left)!, keys.get(right)!),
    )[0];
  }
}

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, at) => value !== right[at]);
  return index === -1 ? 0 : left[index] - right[index];
}
