import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type { ClientBase } from 'pg';
import type { InstanceConfig } from '../config/readInstanceConfig';
import { readSystemIdentifier } from './readSystemIdentifier';
import { Deadline, Session } from './Session';

type Place = Pick<InstanceConfig['admin'], 'host' | 'port' | 'callTimeoutMs'>;

/**
 * Keeps connections to the server that is meant. The address may lead to another one while old
 * connections live on, so each new one is looked at.
 */
export class MeantServer {
  readonly #place: Place;
  readonly #open = new Set<ClientBase>();
  readonly #stale = new WeakSet<ClientBase>();
  #id?: string;
  #hasMoved = false;

  private constructor(place: Place) {
    this.#place = place;
  }

  static create(place: Place): MeantServer {
    return new MeantServer(place);
  }

  /** By its system identifier. Before that, any will do. */
  bind(id: string): void {
    this.#id = id;
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
    this.#open.add(client);
  }

  closed(client: ClientBase): void {
    this.#open.delete(client);
  }

  /** Kept from before the address led elsewhere: not to be used again. */
  isStale(client: ClientBase): boolean {
    return this.#stale.has(client);
  }

  /** @throws ProviderError `Unreachable` where a new connection leads to another server */
  async verify(client: ClientBase): Promise<void> {
    const meant = this.#id;
    if (meant === undefined) {
      return;
    }
    const { host, port, callTimeoutMs } = this.#place;
    const id = await readSystemIdentifier(
      new Session(client, new Deadline(callTimeoutMs / 2)),
    );
    if (id !== meant) {
      this.#hasMoved = true;
      this.#open.forEach(each => this.#stale.add(each));
      throw new ProviderError(
        'Unreachable',
        `Another server answers at ${host}:${port} than the one that is meant: its system identifier is ${id}, and not ${meant}`,
      );
    }
  }
}
