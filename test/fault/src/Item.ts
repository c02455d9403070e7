import type { Kind } from './kinds';

/** One object that a run works on, with a workload of its own: logins are shared by workload. */
export interface Item {
  /** Its name on the engine; of one length, so that none is part of another. */
  name: string;
  kind: Kind;
  /** Ref of the workload that gets access. */
  principal: string;
  resourceId?: string;
}

/** How many workloads the runner's catalog has. */
export const PRINCIPALS = 1_200;

/** Hands out items, each with a name that no other has, and a workload that no other of its engine has. */
export class ItemSource {
  readonly #prefix: string;
  readonly #counts = new Map<string, number>();

  private constructor(prefix: string) {
    this.#prefix = prefix;
  }

  static create(seed: number): ItemSource {
    return new ItemSource(`f${seed.toString(36)}`);
  }

  next(kind: Kind): Item {
    const count = (this.#counts.get(kind.name) ?? 0) + 1;
    if (count > PRINCIPALS) {
      throw new Error(
        `This run needs more than ${PRINCIPALS} workloads on ${kind.name}; run fewer parts at a time`,
      );
    }
    this.#counts.set(kind.name, count);
    const number = String(count).padStart(4, '0');
    return {
      name: `${this.#prefix}_${kind.name[0]}${number}_x`,
      kind,
      principal: principalOf(number),
    };
  }
}

function principalOf(number: string): string {
  return `component:default/fault-${number}`;
}

/** The workload that the catalog reads last. */
export const lastPrincipal = principalOf(String(PRINCIPALS).padStart(4, '0'));

/** Catalog entities of the workloads. */
export function catalogOfPrincipals(): string {
  return Array.from({ length: PRINCIPALS }, (_, index) =>
    [
      'apiVersion: backstage.io/v1alpha1',
      'kind: Component',
      'metadata:',
      `  name: fault-${String(index + 1).padStart(4, '0')}`,
      'spec:',
      '  type: service',
      '  lifecycle: production',
      '  owner: group:default/payments',
    ].join('\n'),
  ).join('\n---\n');
}
