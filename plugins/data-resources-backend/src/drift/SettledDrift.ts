import { createHash } from 'node:crypto';
import type {
  InstanceProbe,
  ResourceProvider,
  SharedReads,
} from '@data-resources/plugin-data-resources-node';
import stringify from 'fast-json-stable-stringify';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { DriftFinding } from './driftOf';
import type { DriftLine } from './DriftRow';
import { isNews } from './isNews';

interface SettledPassOptions {
  instance: ManagedInstance;
  signal: AbortSignal;
  before: ReadonlyMap<string, string>;
  onEnded(settled: ReadonlyMap<string, string>): void;
}

/** What one pass spares, and what it finds for the next one. */
export class SettledPass {
  readonly #options: SettledPassOptions;
  readonly #settled = new Map<string, string>();
  /** What the engine told before anything was compared, by the resource's id. */
  readonly #fingerprints = new Map<string, string>();
  /** What the plans of all comparisons are made with, in short. */
  #probe?: string;

  constructor(options: SettledPassOptions) {
    this.#options = options;
  }

  /** Has the engine begin to tell, which may take as long as it takes to read the ledger. */
  begin(reads: SharedReads): void {
    for (const { type } of this.#options.instance.types) {
      // Whoever needs what was read has it read again, and is told of the failure.
      this.#tell(type, [], reads).catch(() => {});
    }
  }

  /** Those that are to be compared. */
  async open(
    lines: readonly DriftLine[],
    { probe, reads }: { probe: InstanceProbe; reads: SharedReads },
  ): Promise<DriftLine[]> {
    const { version, topology, facts } = probe;
    this.#probe ??= createHash('sha256')
      .update(stringify({ version, topology, facts }))
      .digest('hex');
    await this.#ask(lines, reads);
    return lines.filter(line => {
      const state = this.#stateOf(line);
      const settled =
        state !== undefined && this.#options.before.get(line.id) === state;
      if (settled) {
        this.#settled.set(line.id, state);
      }
      return !settled;
    });
  }

  /** Takes note of those that are as declared. */
  async keep(
    found: readonly DriftFinding[],
    reads: SharedReads,
  ): Promise<void> {
    const clean = found.flatMap(each =>
      each.observed.ours &&
      each.row.drift === null &&
      !each.byPrefix &&
      !isNews(each)
        ? each.row
        : [],
    );
    // What an engine could not tell before, it may tell now that it has looked.
    await this.#ask(
      clean.filter(({ id }) => !this.#fingerprints.has(id)),
      reads,
    );
    for (const row of clean) {
      const state = this.#stateOf(row);
      if (state !== undefined) {
        this.#settled.set(row.id, state);
      }
    }
  }

  end(): void {
    this.#options.onEnded(this.#settled);
  }

  #stateOf({ id, version }: DriftLine): string | undefined {
    const fingerprint = this.#fingerprints.get(id);
    return fingerprint === undefined
      ? undefined
      : `${fingerprint} ${version} ${this.#probe}`;
  }

  async #ask(lines: readonly DriftLine[], reads: SharedReads): Promise<void> {
    for (const type of new Set(lines.map(line => line.type))) {
      const ofType = lines.filter(line => line.type === type);
      const found = await this.#tell(type, ofType, reads);
      for (const { id, name } of ofType) {
        const fingerprint = found.get(name);
        if (fingerprint !== undefined) {
          this.#fingerprints.set(id, fingerprint);
        }
      }
    }
  }

  async #tell(
    type: string,
    lines: readonly Pick<DriftLine, 'name'>[],
    reads: SharedReads,
  ): ReturnType<NonNullable<ResourceProvider['fingerprints']>> {
    const { instance, signal } = this.#options;
    const provider = instance.connection.provider(type);
    return provider.fingerprints
      ? provider.fingerprints(
          lines.map(({ name }) => ({ name })),
          instance.context(signal, { reads }),
        )
      : new Map();
  }
}

/**
 * Which resources of an instance were found to be as declared, and need not be compared again for as
 * long as neither the ledger nor the engine tells of a change.
 */
export class SettledDrift {
  /** What both told then, by the resource's id. */
  #settled: ReadonlyMap<string, string> = new Map();

  pass(instance: ManagedInstance, signal: AbortSignal): SettledPass {
    return new SettledPass({
      instance,
      signal,
      before: this.#settled,
      onEnded: settled => {
        this.#settled = settled;
      },
    });
  }
}
