/** A broker that runs, with the rack that it stands in where the cluster tells. */
export type BrokerPlace = { id: number; rack?: string };

/** What replicas are spread over, and how many of them. */
export interface SpreadOptions {
  /** Chooses where the round begins, so that not all topics begin at the same broker. */
  name: string;
  replicationFactor: number;
  /** Those that run, by id. */
  brokers: readonly BrokerPlace[];
  /**
   * The only ones that may have replicas, by id: others are left, and racks that could be more
   * are mended. All may, and replicas stay, where it is absent.
   */
  allowed?: readonly number[];
}

/** Racks count only where every broker has one, as for Kafka itself. */
export function racksOf(
  brokers: readonly BrokerPlace[],
): ReadonlyMap<number, string> {
  return brokers.every(({ rack }) => rack !== undefined)
    ? new Map(brokers.map(({ id, rack }) => [id, rack!]))
    : new Map();
}

/** Decides where replicas are, partition by partition, and counts what it has decided. */
export class ReplicaSpread {
  readonly #options: SpreadOptions;
  readonly #racks: ReadonlyMap<number, string>;
  readonly #turns: ReadonlyMap<number, number>;
  readonly #first: number;
  /** How many replicas of the topic each broker has, as far as it is decided. */
  readonly #load = new Map<number, number>();

  constructor(
    placement: readonly (readonly number[])[],
    options: SpreadOptions,
  ) {
    const { brokers, name } = options;
    this.#options = options;
    this.#racks = racksOf(brokers);
    this.#turns = new Map(brokers.map(({ id }, index) => [id, index]));
    this.#first = [...name].reduce(
      (sum, character) => (sum * 31 + character.codePointAt(0)!) % 65_521,
      0,
    );
    for (const id of placement.flat().filter(each => this.#mayStay(each))) {
      this.#count(id, 1);
    }
  }

  assign(replicas: readonly number[], partition: number): number[] {
    const { replicationFactor } = this.#options;
    let assigned = replicas.filter(id => this.#mayStay(id));
    while (assigned.length > replicationFactor) {
      assigned = this.#without(assigned, this.#leastOf(assigned, partition));
    }
    if (this.#options.allowed) {
      assigned = this.#withoutNeighbours(assigned);
    }
    while (assigned.length < replicationFactor) {
      const id = this.#bestFor(assigned, partition);
      if (id === undefined) {
        break;
      }
      assigned.push(id);
      this.#count(id, 1);
    }
    return assigned;
  }

  /** The replica that is missed least; never the preferred leader. */
  #leastOf(assigned: readonly number[], partition: number): number {
    return first(assigned.slice(1), candidate => [
      this.#turns.has(candidate) ? 1 : 0,
      -this.#neighbours(candidate, assigned),
      -this.#loadOf(candidate),
      this.#turn(candidate, partition),
    ])!;
  }

  /** The broker for one replica more. */
  #bestFor(assigned: readonly number[], partition: number): number | undefined {
    return first(this.#freeFor(assigned), candidate => [
      this.#neighbours(candidate, assigned),
      this.#loadOf(candidate),
      this.#turn(candidate, partition),
    ]);
  }

  #mayStay(id: number): boolean {
    return this.#options.allowed?.includes(id) ?? true;
  }

  #freeFor(assigned: readonly number[]): number[] {
    return this.#options.brokers
      .map(({ id }) => id)
      .filter(id => this.#mayStay(id) && !assigned.includes(id));
  }

  /** Leaves out who shares a rack, as long as there is a broker in a rack of its own. */
  #withoutNeighbours(assigned: readonly number[]): number[] {
    let kept = [...assigned];
    let room = this.#freeFor(assigned).filter(
      id => this.#neighbours(id, assigned) === 0,
    );
    for (const id of assigned.slice(1).reverse()) {
      if (room.length > 0 && this.#neighbours(id, kept) > 0) {
        kept = this.#without(kept, id);
        const rack = this.#racks.get(room[0]);
        room = room.filter(other => this.#racks.get(other) !== rack);
      }
    }
    return kept;
  }

  #without(assigned: readonly number[], id: number): number[] {
    this.#count(id, -1);
    return assigned.filter(other => other !== id);
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
}

/** The one whose key comes first; of several, the first. */
function first(
  ids: readonly number[],
  keyOf: (id: number) => number[],
): number | undefined {
  const keys = new Map(ids.map(id => [id, keyOf(id)]));
  return [...ids].sort((left, right) =>
    compare(keys.get(left)!, keys.get(right)!),
  )[0];
}

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, at) => value !== right[at]);
  return index === -1 ? 0 : left[index] - right[index];
}
