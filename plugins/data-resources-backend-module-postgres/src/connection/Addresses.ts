import { ProviderError } from '@data-resources/plugin-data-resources-node';
import { toProviderError } from './toProviderError';

/** Where a server listens. */
export interface Address {
  host: string;
  port: number;
}

/** `host:port`, as it stands in URLs. */
export function addressText({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** The servers of one cluster, of which one takes changes: the one that did last is asked first. */
export class Addresses {
  readonly #all: readonly Address[];
  #first = 0;

  /** @param all - in the order in which they are tried; at least one */
  constructor(all: readonly Address[]) {
    this.#all = all;
  }

  /** Whether there is another one to turn to. */
  get several(): boolean {
    return this.#all.length > 1;
  }

  /**
   * Tries one after the other, from the one that worked last. One that answers and refuses the
   * login ends the search, as it does for libpq.
   *
   * @param where - names what is connected to, for errors
   */
  async inTurn<T>(
    where: (address: string) => string,
    connect: (address: Address) => Promise<T>,
  ): Promise<T> {
    const failures: ProviderError[] = [];
    for (const address of [
      ...this.#all.slice(this.#first),
      ...this.#all.slice(0, this.#first),
    ]) {
      try {
        const result = await connect(address);
        this.#first = this.#all.indexOf(address);
        return result;
      } catch (error) {
        const failure = toProviderError(
          error,
          'connect',
          where(addressText(address)),
        );
        if (failure.reason !== 'Unreachable' || !this.several) {
          throw failure;
        }
        failures.push(failure);
      }
    }
    throw new ProviderError(
      'Unreachable',
      `None of the ${this.#all.length} hosts takes changes. ${failures
        .map(({ message }) => message)
        .join('; ')}`,
    );
  }

  /** Has ceased to take changes: the others are tried before it. */
  failed(address: Address): void {
    if (this.#all[this.#first] === address) {
      this.#first = (this.#first + 1) % this.#all.length;
    }
  }

  toString(): string {
    return this.#all.map(addressText).join(', ');
  }
}
