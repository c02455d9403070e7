import { setTimeout as sleep } from 'node:timers/promises';
import type { EnginesDescription } from '@data-resources/test-engines';
import type { Item } from './Item';
import type { Kind } from './kinds';
import { witnesses } from './witnesses';
import { readLedger } from './witnesses/ledger';

const WITNESS_TIMEOUT_MS = 180_000;

/** All that is known of one object, with its own names taken out, so that two can be compared. */
export interface ItemView {
  /** On the engine. */
  engine: string[];
  /** In the ledger: how it is. */
  state: string[];
  /** In the ledger: what happened, and how often. */
  history: string[];
}

/** What all witnesses saw at one time. */
export class Snapshot {
  readonly #engine: ReadonlyMap<Kind['name'], string[]>;
  readonly #state: string[];
  readonly #history: string[];

  private constructor(
    engine: Map<Kind['name'], string[]>,
    state: string[],
    history: string[],
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#history = history;
  }

  static async take(
    description: EnginesDescription,
    kinds: readonly Kind[],
    prefix: string,
  ): Promise<Snapshot> {
    const engine = new Map<Kind['name'], string[]>();
    for (const { name } of kinds) {
      engine.set(name, await inTime(name, witnesses[name](description)));
    }
    const { state, history } = await readLedger(description, prefix);
    return new Snapshot(engine, state, history);
  }

  of(item: Item): ItemView {
    const names = namesOf(item);
    const mine = (lines: readonly string[]) =>
      lines
        .filter(line => names.some(name => line.includes(name)))
        .map(line => anonymous(line, item))
        .sort();
    return {
      engine: mine(this.#engine.get(item.kind.name) ?? []),
      state: mine(this.#state),
      history: mine(this.#history),
    };
  }

  /** What on the engine belongs to none of the objects. */
  foreign(kind: Kind, items: readonly Item[]): string[] {
    const known = items
      .filter(item => item.kind === kind)
      .flatMap(item => namesOf(item));
    return (this.#engine.get(kind.name) ?? [])
      .filter(line => !known.some(name => line.includes(name)))
      .sort();
  }
}

/** A witness that says nothing must not hold up the run for ever. */
async function inTime<T>(name: string, answer: Promise<T>): Promise<T> {
  const timer = new AbortController();
  try {
    return await Promise.race([
      answer,
      sleep(WITNESS_TIMEOUT_MS, undefined, { signal: timer.signal }).then(
        () => {
          throw new Error(
            `The witness of ${name} said nothing for ${
              WITNESS_TIMEOUT_MS / 1000
            } s`,
          );
        },
      ),
    ]);
  } finally {
    timer.abort();
  }
}

function namesOf({ name, principal }: Item): string[] {
  const slug = principal.slice(principal.lastIndexOf('/') + 1);
  return [name, slug.replaceAll('-', '_')];
}

/** Names, ids that an engine gives, and nothing else: the rest must be the same. */
function anonymous(line: string, { name, principal }: Item): string {
  const [, slug] = namesOf({ name, principal } as Item);
  return line
    .replaceAll(name, '<name>')
    .replaceAll(new RegExp(`${slug}_[0-9a-f]{10}`, 'g'), '<login>')
    .replaceAll(principal, '<principal>')
    .replace(/TopicId: \S+/, 'TopicId: <id>');
}
