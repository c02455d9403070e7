import type {
  Inspection,
  Measure,
} from '@data-resources/plugin-data-resources-node';
import type { UseMetricKey } from '../metrics/useDefinitions';

/** One value for a gauge; the instance and the type come to its labels. */
export interface UseFigure {
  metric: UseMetricKey;
  value: number;
  labels: Record<string, string>;
}

const IDLE_MS = 30 * 24 * 60 * 60 * 1_000;
/** Texts that are kept of what could not be looked at. */
const MOST_UNSEEN = 20;

/** Adds up how much resources of one type are used, however many: names go in and only numbers come out. */
export class UseTally {
  readonly #figures = new Map<string, UseFigure>();
  /** By kind. */
  readonly #users = new Map<string, Set<string>>();
  readonly #unseen = new Set<string>();

  constructor() {
    // What is none is told as well: what is not there cannot be compared.
    for (const state of ['used', 'unused', 'unknown']) {
      this.#add('useResources', 0, { state });
    }
    for (const metric of ['useIdle', 'useUnseen'] as const) {
      this.#add(metric, 0);
    }
  }

  /** Takes what an engine told of a resource; nothing where it told nothing. */
  add(name: string, inspection: Inspection | undefined): void {
    const {
      users,
      measures,
      unseen,
      lastUsedAt,
    }: Pick<Inspection, 'users' | 'measures' | 'unseen' | 'lastUsedAt'> =
      inspection ?? {
        users: [],
        measures: [],
        unseen: [`The engine said nothing about ${name}.`],
      };
    this.#add('useResources', 1, {
      state: stateOf(users.length > 0, unseen.length > 0),
    });
    if (unseen.length > 0) {
      this.#add('useUnseen', 1);
      unseen.forEach(text => this.#unseen.add(text));
    }
    if (lastUsedAt && Date.now() - Date.parse(lastUsedAt) > IDLE_MS) {
      this.#add('useIdle', 1);
    }
    for (const user of users) {
      const known = this.#users.get(user.kind) ?? new Set();
      this.#users.set(user.kind, known.add(user.name));
      this.#add('useClients', user.count, { kind: user.kind });
    }
    measures.forEach(measure => this.#measure(measure));
  }

  figures(): UseFigure[] {
    return [
      ...this.#figures.values(),
      ...[...this.#users].map(
        ([kind, names]): UseFigure => ({
          metric: 'useUsers',
          value: names.size,
          labels: { kind },
        }),
      ),
    ];
  }

  /** What could not be looked at, in words; the first of them where there are many. */
  unseen(): string[] {
    return [...this.#unseen].slice(0, MOST_UNSEEN);
  }

  #measure({ name, unit, value, labels }: Measure): void {
    if (name === 'lag') {
      this.#add('useLag', value);
      this.#largest('useLagMax', value);
      return;
    }
    // Of a part, of which the whole is told as well.
    if (labels) {
      return;
    }
    switch (unit) {
      case 'bytes':
        this.#add('useBytes', value, { measure: name });
        break;
      case 'count':
        this.#add('useAmount', value, { measure: name });
        break;
      case 'per second':
        this.#add('useRate', value, { measure: name });
        break;
      case 'seconds':
        this.#largest('useLongest', value, { measure: name });
        break;
      default:
      // Ratios have no sum.
    }
  }

  #add(
    metric: UseMetricKey,
    value: number,
    labels: UseFigure['labels'] = {},
  ): void {
    this.#figure(metric, labels).value += value;
  }

  #largest(
    metric: UseMetricKey,
    value: number,
    labels: UseFigure['labels'] = {},
  ): void {
    const figure = this.#figure(metric, labels);
    figure.value = Math.max(figure.value, value);
  }

  #figure(metric: UseMetricKey, labels: UseFigure['labels']): UseFigure {
    const key = JSON.stringify([metric, labels]);
    const figure = this.#figures.get(key) ?? { metric, value: 0, labels };
    this.#figures.set(key, figure);
    return figure;
  }
}

function stateOf(isUsed: boolean, isPartlyUnseen: boolean): string {
  if (isUsed) {
    return 'used';
  }
  return isPartlyUnseen ? 'unknown' : 'unused';
}
