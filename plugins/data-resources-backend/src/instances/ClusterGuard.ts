import {
  ProviderError,
  type CallContext,
  type ClusterIdentity,
  type EngineInstance,
  type InstanceCondition,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterPin, ClusterPins } from './ClusterPins';

export interface ClusterGuardOptions {
  /** The instance's name. */
  name: string;
  /** `clusterId` of the configuration. */
  accepted?: string;
  /** Where it stands, e.g. `dataResources.instances[0]`. */
  path: string;
  connection: Pick<EngineInstance, 'identify' | 'bind'>;
  pins: ClusterPins;
}

const TYPE = 'ClusterIdentity';

/** Another cluster answers than the instance is; a call may not be made there. */
export class OtherClusterError extends ProviderError {
  readonly condition: InstanceCondition;

  constructor(message: string) {
    // As good as no answer of the right one: whatever needs it waits.
    super('Unreachable', message);
    this.condition = { type: TYPE, status: 'error', message };
  }
}

/**
 * Sees to it that an instance stays the cluster that it was at the first contact. The address
 * alone proves nothing: it can be mistyped, and the cluster behind it can be exchanged.
 */
export class ClusterGuard {
  readonly #options: ClusterGuardOptions;
  #pin?: ClusterPin;
  /** Accepted by the name that it has until it gets an id. */
  #isNewcomer = false;

  private constructor(options: ClusterGuardOptions) {
    this.#options = options;
  }

  static create(options: ClusterGuardOptions): ClusterGuard {
    return new ClusterGuard(options);
  }

  /** What is pinned, as far as this replica knows. */
  get clusterId(): string | undefined {
    return this.#pin?.clusterId;
  }

  /**
   * Before a look at the cluster. One that does not tell its id may be looked at.
   *
   * @throws OtherClusterError where it is another one
   */
  async mayRead(context: CallContext): Promise<ClusterIdentity> {
    const { connection } = this.#options;
    const found = await connection.identify(context);
    await this.#confirm(found);
    if (found.state === 'known') {
      connection.bind?.(found.id);
    }
    return found;
  }

  /**
   * Before a change.
   *
   * @throws OtherClusterError, or `Unreachable` where it cannot be told now which one it is
   */
  async mayWrite(context: CallContext): Promise<void> {
    const found = await this.mayRead(context);
    if (found.state === 'known') {
      return;
    }
    throw new ProviderError(
      'Unreachable',
      found.state === 'hidden'
        ? `${this.#unsure(found.why)}. Nothing is changed until then`
        : `The cluster of ${
            this.#options.name
          } has no id yet; it gets one at the next look`,
    );
  }

  /** What is to be shown of a cluster that may be read. */
  condition(found: ClusterIdentity): InstanceCondition {
    return found.state === 'hidden'
      ? { type: TYPE, status: 'error', message: this.#unsure(found.why) }
      : {
          type: TYPE,
          status: 'ok',
          message: `It is the cluster ${this.clusterId ?? found.id}.`,
        };
  }

  #unsure(why: string): string {
    const { clusterId } = this;
    return `It cannot be told now whether this is ${
      clusterId === undefined ? 'the right cluster' : `the cluster ${clusterId}`
    }: ${why.replace(/\.$/, '')}`;
  }

  async #confirm(found: ClusterIdentity): Promise<void> {
    const { name, pins } = this.#options;
    if (found.state === 'hidden' || this.#isPinned(found)) {
      return;
    }
    // Another replica may have pinned, or accepted, since.
    this.#pin = await pins.read(name);
    if (this.#isPinned(found)) {
      return;
    }
    const { accepted } = this.#options;
    const expected = this.#expected();
    if (
      expected !== undefined &&
      found.id !== expected &&
      !(this.#isNewcomer && found.state === 'known')
    ) {
      throw this.#other(found, expected);
    }
    if (found.state === 'new') {
      this.#isNewcomer = this.#isToBeAccepted();
    } else {
      this.#isNewcomer = false;
      this.#pin = await pins.pin(name, this.#pin, {
        clusterId: found.id,
        ...(accepted === undefined ? {} : { accepted }),
      });
      if (this.#pin.clusterId !== found.id) {
        throw this.#other(found, this.#pin.clusterId);
      }
    }
  }

  #isPinned(found: ClusterIdentity): boolean {
    return (
      found.state === 'known' &&
      this.#pin !== undefined &&
      !this.#isToBeAccepted() &&
      found.id === this.#pin.clusterId
    );
  }

  /** The configuration says so once; afterwards what was pinned then holds. */
  #isToBeAccepted(): boolean {
    const { accepted } = this.#options;
    return accepted !== undefined && this.#pin?.accepted !== accepted;
  }

  #expected(): string | undefined {
    return this.#isToBeAccepted()
      ? this.#options.accepted
      : this.#pin?.clusterId;
  }

  #other(
    found: Exclude<ClusterIdentity, { state: 'hidden' }>,
    expected: string,
  ): OtherClusterError {
    const { name, path } = this.#options;
    const by = this.#isToBeAccepted() ? `${path}.clusterId says` : 'it is';
    return new OtherClusterError(
      `Another cluster answers at the address of ${name}: ${found.id}${
        found.state === 'new' ? ', which has no id of its own yet' : ''
      }, and ${by} ${expected}. Nothing is planned, changed or declared lost. Put the address right; or, if the cluster was replaced on purpose, set ${path}.clusterId to ${JSON.stringify(
        found.id,
      )}.`,
    );
  }
}
