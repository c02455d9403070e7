import { ProviderError } from '@data-resources/plugin-data-resources-node';
import pLimit from 'p-limit';
import type { ClientBase } from 'pg';
import { dialectOf } from '../sql/dialect';
import { type Address, type Addresses, addressText } from './Addresses';
import { type Arrival, readArrival } from './Arrival';
import { MeantServer } from './MeantServer';
import { Deadline, Session, type SessionOptions } from './Session';

/** What a connection is for. */
export type Purpose = 'admin' | 'tenant';

/** Knows of every connection where it has led to, and by which rules the server there goes. */
export class Arrivals {
  readonly meant = new MeantServer();
  readonly #addresses: Addresses;
  readonly #timeoutMs: number;
  readonly #onLeft: () => void;
  readonly #known = new WeakMap<
    ClientBase,
    { address: Address; arrival: Arrival; purpose: Purpose }
  >();
  /** For servers that take one change of the catalog at a time. */
  readonly #changes = pLimit(1);
  /** Whether the server itself, and not a database of it, was found to be read-only. */
  #serverReadOnly = true;

  /** @param options - `onLeft` is called when the host is given up that worked until now */
  constructor(options: {
    addresses: Addresses;
    timeoutMs: number;
    onLeft: () => void;
  }) {
    this.#addresses = options.addresses;
    this.#timeoutMs = options.timeoutMs;
    this.#onLeft = options.onLeft;
  }

  /** @throws ProviderError `Unreachable` where a new connection has led to what is not meant */
  async look(
    client: ClientBase,
    address: Address,
    purpose: Purpose,
  ): Promise<void> {
    const deadline = new Deadline(this.#timeoutMs);
    const arrival = await readArrival(new Session(client, deadline));
    this.meant.verify(arrival.systemIdentifier, address);
    const { standby, readOnly } = arrival;
    if (purpose === 'admin') {
      this.#serverReadOnly = readOnly;
    }
    if (this.#addresses.several) {
      refuseReadOnly(address, standby, readOnly && purpose === 'admin');
    }
    this.#known.set(client, { address, arrival, purpose });
    this.meant.told(client, arrival.systemIdentifier);
    if (purpose === 'tenant' && readOnly && !this.#serverReadOnly) {
      // That a tenant’s sessions begin so is meant for its own.
      await new Session(client, deadline).write(
        'taking part in a database whose sessions are read-only',
        'SET default_transaction_read_only = off',
      );
      arrival.readOnly = false;
    }
  }

  /** A session on a connection that was looked at; see {@link SessionOptions} for `anew`. */
  session(
    client: ClientBase,
    deadline: Deadline,
    anew?: SessionOptions['anew'],
  ): Session {
    const { address, arrival, purpose } = this.#known.get(client)!;
    const dialect = dialectOf(arrival);
    return new Session(client, deadline, {
      dialect,
      isKept: purpose === 'admin',
      anew,
      ...(dialect.oneChangeAtATime ? { inTurn: this.#changes } : {}),
      ...(arrival.readOnly ? {} : { onReadOnly: () => this.#left(address) }),
    });
  }

  #left(address: Address): void {
    this.#addresses.failed(address);
    this.meant.outdateAll();
    this.#onLeft();
  }
}

function refuseReadOnly(
  address: Address,
  standby: boolean,
  readOnly: boolean,
): void {
  if (standby || readOnly) {
    throw new ProviderError(
      'Unreachable',
      `${addressText(address)} takes no changes: ${
        standby ? 'it is a standby' : 'its transactions are read-only'
      }`,
    );
  }
}
