import type { StepLanes } from '../engine/ResourceProvider';
import type { BatchRunner } from './BatchRunner';
import { ItemRun, type StepUnit, takeBatch } from './ItemRun';

/** While so many parts of what will come are not there yet, a batch waits for more. */
const PARTS = 8;

interface Options {
  runs: readonly ItemRun[];
  batches: BatchRunner;
  lanes: StepLanes;
  /** How many steps of a kind go into one batch. */
  size(kind: string): number;
  signal: AbortSignal;
}

interface Waiting {
  run: ItemRun;
  unit: StepUnit;
}

/** Takes items through their steps, each as far as it can get, with batches beside one another. */
export class StepFlow {
  readonly #options: Options;
  readonly #running = new Set<Promise<void>>();
  readonly #inLane = new Map<string, number>();
  #failure?: { error: unknown };
  #wake: () => void = () => {};

  constructor(options: Options) {
    this.#options = options;
  }

  async run(): Promise<void> {
    this.#options.batches.onBegun = () => this.#wake();
    for (;;) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve;
      });
      if (!this.#failure) {
        this.#startBatches();
      }
      if (this.#running.size === 0) {
        break;
      }
      await woken;
    }
    if (this.#failure) {
      throw this.#failure.error;
    }
  }

  #startBatches(): void {
    const { runs, lanes, size, signal } = this.#options;
    const byKind = new Map<string, { ready: Waiting[]; toCome: number }>();
    for (const run of runs) {
      if (!run.isActive(signal)) {
        continue;
      }
      run.units.forEach((unit, index) => {
        if (unit.state === 'waiting') {
          const ofKind = byKind.get(unit.kind) ?? { ready: [], toCome: 0 };
          byKind.set(unit.kind, ofKind);
          if (this.#isReady(run, index)) {
            ofKind.ready.push({ run, unit });
          } else {
            ofKind.toCome += 1;
          }
        }
      });
    }
    for (const enough of [true, false]) {
      for (const [kind, { ready, toCome }] of byKind) {
        const { name, batches } = lanes.laneOf(kind);
        while (
          ready.length > 0 &&
          (this.#inLane.get(name) ?? 0) < batches &&
          // Nothing comes any more when nothing is under way.
          (enough
            ? ready.length >= worthwhile(ready.length + toCome, size(kind))
            : this.#running.size === 0)
        ) {
          this.#start(
            name,
            ready.splice(0, takeBatch(ready, size(kind)).length),
          );
        }
      }
    }
  }

  #start(lane: string, batch: Waiting[]): void {
    this.#inLane.set(lane, (this.#inLane.get(lane) ?? 0) + 1);
    const running: Promise<void> = this.#options.batches
      .run(batch)
      .catch(error => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#running.delete(running);
        this.#inLane.set(lane, this.#inLane.get(lane)! - 1);
        this.#wake();
      });
    this.#running.add(running);
  }

  /** What it needs is done, and the plan as a whole is under way. */
  #isReady({ units }: ItemRun, index: number): boolean {
    const needs = this.#options.lanes.needs(units[index].kind);
    return units
      .slice(0, index)
      .every(
        ({ kind, state }, before) =>
          state === 'done' ||
          (needs !== undefined &&
            !needs.includes(kind) &&
            (before > 0 || state === 'begun')),
      );
  }
}

/** Few large batches while there is much to come, and small ones at the end. */
function worthwhile(expected: number, size: number): number {
  return Math.min(size, Math.ceil(expected / PARTS));
}
