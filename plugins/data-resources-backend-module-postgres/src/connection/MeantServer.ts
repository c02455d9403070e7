import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { ClientBase } from 'pg';
import { type Address, addressText } from './Addresses';

/**
 * Keeps connections to the server that is meant. The address may lead to another one while old
 * connections live on, so each new one is looked at.
 */
export class MeantServer {
  /** Each with the system identifier that it told when it was made. */
  readonly #open = new Map<ClientBase, string | undefined>();
  readonly #stale = new WeakSet<ClientBase>();
  #id?: string;
  #hasMoved = false;

  /** By its system identifier. Before that, any will do. */
  bind(id: string): void {
    this.#id = id;
  }

  /**
   * Which server it is, where nobody need be asked: a connection that is kept ends at the process that
   * told, and a new one is looked at before it is used.
   */
  get known(): string | undefined {
    return this.#id !== undefined &&
      !this.#hasMoved &&
      [...this.#open].some(
        ([client, id]) => id === this.#id && !this.#stale.has(client),
      )
      ? this.#id
      : undefined;
  }

  /** A new connection led elsewhere, and none has led back since. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** What the newest connection led to. */
  found(id: string): void {
    this.#hasMoved = id !== this.#id;
  }

  /** A connection that is kept from now on. */
  opened(client: ClientBase): void {
    this.#open.set(client, undefined);
  }

  /** What a connection that is kept has told. */
  told(client: ClientBase, id: string): void {
    if (this.#open.has(client)) {
      this.#open.set(client, id);
    }
  }

  closed(client: ClientBase): void {
    this.#open.delete(client);
  }

  /** Kept from when its server was another one, or took changes still. */
  isOutdated(client: ClientBase): boolean {
    return this.#stale.has(client);
  }

  /** None of the connections that are kept is to be used again. */
  outdateAll(): void {
    [...this.#open.keys()].forEach(each => this.#stale.add(each));
  }

  /** @throws ProviderError `Unreachable` where a new connection leads to another server */
  verify(id: string, address: Address): void {
    const meant = this.#id;
    if (meant !== undefined && id !== meant) {
      this.#hasMoved = true;
      this.outdateAll();
      throw new ProviderError(
        'Unreachable',
        `Another server answers at ${addressText(
          address,
        )} than the one that is meant: its system identifier is ${id}, and not ${meant}`,
      );
    }
  }
}
