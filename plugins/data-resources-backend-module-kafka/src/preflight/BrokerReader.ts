import { isProviderError } from '@data-resources/plugin-data-resources-node';
import { askBrokers } from '../client/askBrokers';
import type { BrokerAnswers } from '../client/askBrokers';
import { describeBrokerSettings } from '../client/cluster';
import type { BrokerSettings } from '../client/cluster';
import { Deadline } from '../client/Deadline';
import type { Broker, KafkaClient } from '../client/KafkaClient';

/** What the brokers say of themselves. */
export interface BrokerViews {
  /** By id, the lowest first; empty without the right to read them. */
  settings: Map<number, BrokerSettings>;
  /** Those that gave no answer, with why. */
  silent: Map<number, string>;
}

/** Those that do not answer must not use up the time of a probe. */
const LONGEST_MS = 3_000;
/** What does not answer is not waited for at each look. */
const SILENT_FOR_MS = 60_000;

const NOTHING: BrokerAnswers<Map<number, BrokerSettings>> = {
  answers: new Map(),
  silent: new Map(),
};

/** Reads the settings of all brokers at once, each from itself: no broker knows another's. */
export class BrokerReader {
  readonly #client: KafkaClient;
  /** By id; `until` on the clock of `performance.now()`. */
  readonly #silent = new Map<number, { why: string; until: number }>();

  private constructor(client: KafkaClient) {
    this.#client = client;
  }

  static create(client: KafkaClient): BrokerReader {
    return new BrokerReader(client);
  }

  /** @throws ProviderError when not even the broker that the portal is connected to answers */
  async read(
    brokers: readonly Broker[],
    deadline: Deadline,
  ): Promise<BrokerViews> {
    const ids = brokers.map(({ id }) => id);
    const connected = await describeBrokerSettings(this.#client, deadline, ids);
    if (connected.size === 0) {
      return { settings: new Map(), silent: new Map() };
    }
    const others = brokers.filter(({ id }) => !connected.has(id));
    const now = performance.now();
    const asked = others.filter(({ id }) => {
      const known = this.#silent.get(id);
      return !known || now >= known.until;
    });
    const found = asked.length > 0 ? await this.#ask(asked, deadline) : NOTHING;
    for (const { id } of asked) {
      const why = found.silent.get(id);
      if (why === undefined) {
        this.#silent.delete(id);
      } else {
        const until = performance.now() + SILENT_FOR_MS;
        this.#silent.set(id, { why, until });
      }
    }
    return {
      settings: byId([
        ...connected,
        ...[...found.answers.values()].flatMap(each => [...each]),
      ]),
      silent: byId(
        others.flatMap(({ id }) => {
          const known = this.#silent.get(id);
          return known ? [[id, known.why] as const] : [];
        }),
      ),
    };
  }

  async #ask(
    brokers: readonly Broker[],
    deadline: Deadline,
  ): Promise<BrokerAnswers<Map<number, BrokerSettings>>> {
    const brief = new Deadline(
      deadline.signal,
      Math.ceil(Math.min(LONGEST_MS, deadline.remainingMs / 2)),
    );
    try {
      return await askBrokers(brokers, brief, broker =>
        describeBrokerSettings(this.#client, brief, [broker.id], broker),
      );
    } catch (error) {
      if (!isProviderError(error) || deadline.signal.aborted) {
        throw error;
      }
      return {
        answers: new Map(),
        silent: new Map(brokers.map(({ id }) => [id, error.message])),
      };
    }
  }
}

function byId<T>(entries: Iterable<readonly [number, T]>): Map<number, T> {
  return new Map([...entries].sort(([left], [right]) => left - right));
}
