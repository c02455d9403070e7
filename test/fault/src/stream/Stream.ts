import { differences, judge } from '../compare';
import type { Item } from '../Item';
import type { Kind } from '../kinds';
import type { Lab } from '../Lab';
import { Random } from '../random';
import type { Part } from '../Report';
import { ABSENT, createMove, Model, moves, type ObjectState } from './Model';

/** How often a failed request is tried again before it counts as failed. */
const RETRIES = 3;
/** After so many requests somebody turns to another object. */
const REQUESTS_PER_OBJECT = 6;

interface Tracked {
  item: Item;
  state: ObjectState;
  /** Its last request did not complete, so that it may be half-way. */
  isOpen: boolean;
}

export interface StreamOptions {
  lab: Lab;
  part: Part;
  model: Model;
  kinds: readonly Kind[];
  /** People at work at the same time, on each engine. */
  people: number;
  /** Rules that say that an engine is not fit now; else nothing that is asked for is wrong. */
  unfit?: RegExp;
}

/**
 * People who ask for one thing after the other, each on objects of their own, so that for every
 * object it is known what should have become of it.
 */
export class Stream {
  readonly #options: StreamOptions;
  readonly #tracked: Tracked[] = [];
  #requests = 0;

  private constructor(options: StreamOptions) {
    this.#options = options;
  }

  static create(options: StreamOptions): Stream {
    return new Stream(options);
  }

  /**
   * Lets people work while `disturbance` lasts, waits for what is under way, and judges. When
   * somebody's work breaks off the disturbance is told so and waited for: nobody else would know
   * of an engine that it starts afterwards.
   */
  async during(
    disturbance: (isOver: () => boolean) => Promise<void>,
  ): Promise<void> {
    const { lab, part, kinds, people } = this.#options;
    const end = new AbortController();
    const isOver = () => end.signal.aborted;
    const work = kinds.flatMap(kind =>
      Array.from({ length: people }, async () => {
        const random = Random.create(Math.floor(lab.random.next() * 2 ** 31));
        while (!isOver()) {
          await this.#useOneObject(kind, random, isOver);
        }
      }),
    );
    const working = Promise.all(work);
    const disturbing = disturbance(isOver);
    try {
      await Promise.race([disturbing, working]);
    } finally {
      end.abort();
      await Promise.allSettled([disturbing, ...work]);
    }
    await working;
    await this.#judge();
    part.remark(
      `${this.#requests} requests on ${this.#tracked.length} objects`,
    );
  }

  async #useOneObject(
    kind: Kind,
    random: Random,
    isOver: () => boolean,
  ): Promise<void> {
    const { lab } = this.#options;
    const tracked: Tracked = {
      item: lab.item(kind),
      state: ABSENT,
      isOpen: false,
    };
    this.#tracked.push(tracked);
    for (let count = 0; count < REQUESTS_PER_OBJECT; count += 1) {
      const possible =
        tracked.state.phase === 'absent'
          ? [createMove(random.next() < 0.5)]
          : moves.filter(move => move.isPossible(tracked.state));
      if (possible.length === 0 || (isOver() && count > 0)) {
        return;
      }
      const move = random.pick(possible);
      if (!(await this.#ask(tracked, move, random.next() < 0.7))) {
        return;
      }
    }
  }

  /** Whether the object is where it should be. */
  async #ask(
    tracked: Tracked,
    move: ReturnType<typeof createMove>,
    automatic: boolean,
  ): Promise<boolean> {
    const { lab, part, unfit } = this.#options;
    const { item } = tracked;
    const what = `${item.kind.name} ${move.name} of ${item.name}`;
    this.#requests += 1;
    tracked.isOpen = true;
    const body = await move.body(lab, item);
    let ended = await lab.carryOut(item, {
      ...body,
      ...(automatic ? { reason: 'stream' } : {}),
    });
    for (let time = 0; ended.state === 'failed' && time < RETRIES; time += 1) {
      await new Promise(resolve => setTimeout(resolve, 2_000));
      ended = await lab.retry(item, ended.id);
    }
    if (ended.state === 'completed') {
      tracked.state = move.next(tracked.state);
      tracked.isOpen = false;
      return true;
    }
    const { deniedBy = [] } = ended;
    const isTold =
      deniedBy.length > 0 && deniedBy.every(policy => unfit?.test(policy));
    if (ended.state === 'failed' || isTold) {
      part.count('failed', `${what}: ${ended.reason}`);
    } else {
      part.count('lost', `${what} is ${ended.state}: ${ended.reason}`);
    }
    return false;
  }

  async #judge(): Promise<void> {
    const { lab, part, model, kinds } = this.#options;
    const snapshot = await lab.snapshot(kinds);
    for (const { item, state, isOpen } of this.#tracked) {
      if (!isOpen) {
        const found = snapshot.of(item);
        judge(part, `${item.kind.name} ${item.name}`, [
          ...differences(model.view(item.kind, state), found, [
            'engine',
            'state',
          ]),
          ...executedTwice(found.history),
        ]);
      }
    }
  }
}

/** A request that completed twice, or executed twice without having failed in between. */
function executedTwice(history: readonly string[]) {
  const count = (event: string, action: string) =>
    Number(
      history
        .find(line => line.startsWith(`event <name> ${action} ${event} x`))
        ?.split(' x')[1] ?? 0,
    );
  const requests = new Map<string, number>();
  for (const line of history) {
    const match = /^request <name> (\S+) completed x(\d+)$/.exec(line);
    if (match) {
      requests.set(match[1], Number(match[2]));
    }
  }
  return [...requests].flatMap(([action, completed]) =>
    count('request.completed', action) === completed
      ? []
      : [
          {
            outcome: 'doubled' as const,
            note: `${action} completed ${count(
              'request.completed',
              action,
            )} times for ${completed} requests`,
          },
        ],
  );
}
