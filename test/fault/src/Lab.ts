import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  EnginesDescription,
  RunningEngines,
} from '@data-resources/test-engines';
import { Item, ItemSource } from './Item';
import type { Kind } from './kinds';
import type { Backend } from './portal/Backend';
import type { Portal } from './portal/Portal';
import type { Random } from './random';
import { Snapshot } from './Snapshot';

export const DEVELOPER = 'payments-dev';
export const APPROVER = 'platform-engineer';
const FINAL = ['completed', 'failed', 'rejected', 'withdrawn', 'expired'];

/** Who asks for something, and who approves it. */
export interface People {
  asks: string;
  approves: string;
}

const USUAL: People = { asks: DEVELOPER, approves: APPROVER };

/** How a request ended. */
export interface Ended {
  id: string;
  state: string;
  resourceId?: string;
  /** What it says about its failure. */
  reason?: string;
  /** The rules for which it was not even taken. */
  deniedBy?: string[];
}

export interface LabOptions {
  portal: Portal;
  engines: RunningEngines;
  description: EnginesDescription;
  kinds: readonly Kind[];
  random: Random;
  seed: number;
  say: (line: string) => void;
}

/** What the parts of a run share: the portal, the engines, the witnesses and the dice. */
export class Lab {
  readonly portal: Portal;
  readonly engines: RunningEngines;
  readonly description: EnginesDescription;
  readonly kinds: readonly Kind[];
  readonly random: Random;
  readonly say: (line: string) => void;
  readonly #source: ItemSource;
  readonly #items: Item[] = [];
  readonly #prefix: string;
  #end = Infinity;

  private constructor(options: LabOptions) {
    this.portal = options.portal;
    this.engines = options.engines;
    this.description = options.description;
    this.kinds = options.kinds;
    this.random = options.random;
    this.say = options.say;
    this.#source = ItemSource.create(options.seed);
    this.#prefix = `f${options.seed.toString(36)}_`;
  }

  static create(options: LabOptions): Lab {
    return new Lab(options);
  }

  /** Begins a part, which goes no further than to that limit. */
  limit(minutes = Infinity): void {
    this.#end = Date.now() + minutes * 60_000;
  }

  /** Whether the part may begin another thing. */
  get hasTime(): boolean {
    return Date.now() < this.#end;
  }

  /** Every object that this run has asked for. */
  get items(): readonly Item[] {
    return this.#items;
  }

  item(kind: Kind): Item {
    const item = this.#source.next(kind);
    this.#items.push(item);
    return item;
  }

  async snapshot(kinds: readonly Kind[] = this.kinds): Promise<Snapshot> {
    return Snapshot.take(this.description, kinds, this.#prefix);
  }

  /** Has something done that a policy approves, and waits until it is. */
  async calmly(item: Item, body: Record<string, unknown>): Promise<void> {
    const ended = await this.carryOut(item, { ...body, reason: 'stream' });
    if (ended.state !== 'completed') {
      throw new Error(
        `${item.name}: ${body.action} is ${ended.state}: ${ended.reason}`,
      );
    }
  }

  /**
   * Asks, approves if a person must, and waits for the end, as somebody does who asks again when
   * no answer comes.
   */
  async carryOut(
    item: Item,
    body: Record<string, unknown>,
    options: {
      people?: People;
      timeoutMs?: number;
      holding?: () => readonly Backend[];
    } = {},
  ): Promise<Ended> {
    const { portal } = this;
    const { asks, approves } = options.people ?? USUAL;
    const key = randomUUID();
    const asked = await portal.post(asks, '/requests', body, {
      headers: { 'Idempotency-Key': key },
    });
    if (![200, 201].includes(asked.status)) {
      return {
        id: '',
        state: 'refused',
        deniedBy: asked.body?.error?.findings
          ?.filter(({ effect }: { effect: string }) => effect === 'deny')
          .map(({ policy }: { policy: string }) => policy),
        reason: `${asked.status} ${JSON.stringify(asked.body)}`,
      };
    }
    const { id } = asked.body;
    for (const backend of options.holding?.() ?? []) {
      // Gone by now if it was killed: then there is nothing to hold there.
      await backend.learn(item.name, id).catch(() => {});
    }
    await this.#approve(id, approves);
    return this.ended(item, id, options.timeoutMs);
  }

  /** Waits until a request has ended. */
  async ended(item: Item, id: string, timeoutMs = 120_000): Promise<Ended> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const { body } = await this.portal.get(DEVELOPER, `/requests/${id}`);
      if (FINAL.includes(body?.state) || Date.now() > end) {
        Object.assign(item, { resourceId: item.resourceId ?? body.resourceId });
        return {
          id,
          state: body.state,
          resourceId: body.resourceId,
          reason: JSON.stringify(
            body.waiting ??
              body.execution?.find((step: any) => step.error)?.error ??
              body.decisions,
          ),
        };
      }
      await sleep(150, undefined, { signal: this.portal.signal });
    }
  }

  /** Asks that a failed request be tried again, and waits for its end. */
  async retry(item: Item, id: string): Promise<Ended> {
    await this.portal.post(DEVELOPER, `/requests/${id}/retry`);
    return this.ended(item, id);
  }

  async #approve(id: string, approver: string): Promise<void> {
    for (;;) {
      this.portal.signal.throwIfAborted();
      const { body } = await this.portal.get(DEVELOPER, `/requests/${id}`);
      if (body.state !== 'pending') {
        return;
      }
      const { status } = await this.portal.post(
        approver,
        `/requests/${id}/approve`,
        { planHash: body.plan.hash },
      );
      if (status === 200) {
        return;
      }
      if (status !== 409) {
        throw new Error(`Approving ${id} answered ${status}`);
      }
    }
  }
}
