import type { ResourceProvider } from '@data-resources/plugin-data-resources-node';
import { Client, type QueryOptions, type types } from 'cassandra-driver';

/** When in a plan something happens. */
export interface Moment {
  /** The step's id. */
  step: string;
  /** What the statement begins with that is on its way then; as the step is looked at, where there is none. */
  statement?: string;
  /** The address of the node that is asked to make the change. */
  to: string;
}

type Execute = (
  this: Client,
  cql: string,
  params?: unknown[],
  options?: QueryOptions,
) => Promise<types.ResultSet>;

/** A provider under whose hands something happens in the middle of one step. */
export class HarmedProvider {
  readonly provider: ResourceProvider;
  readonly #moment: Moment;
  readonly #harm: () => Promise<void>;
  #happening?: Promise<void>;

  constructor(
    provider: ResourceProvider,
    moment: Moment,
    harm: () => Promise<void>,
  ) {
    this.#moment = moment;
    this.#harm = harm;
    this.provider = {
      lanes: provider.lanes,
      observe: (...args) => provider.observe(...args),
      plan: input => provider.plan(input),
      batchSize: kind => provider.batchSize(kind),
      access: (...args) => provider.access(...args),
      inspect: (...args) => provider.inspect(...args),
      discover: (...args) => provider.discover(...args),
      connection: (...args) => provider.connection(...args),
      check: (steps, context) => {
        const checks = provider.check(steps, context);
        return moment.statement === undefined && this.#isAbout(steps)
          ? this.#duringAll(checks)
          : checks;
      },
      act: (steps, context) => {
        const act = () => provider.act(steps, context);
        return moment.statement !== undefined && this.#isAbout(steps)
          ? this.#asItIsSent(act)
          : act();
      },
    };
  }

  /** Whether the moment came. */
  get happened(): boolean {
    return this.#happening !== undefined;
  }

  #isAbout(steps: readonly { key: string }[]): boolean {
    return !this.happened && steps.some(({ key }) => key === this.#moment.step);
  }

  async #duringAll<T>(work: Promise<T>): Promise<T> {
    // Awaited below; it may well fail before that.
    work.catch(() => {});
    await this.#happen();
    return work;
  }

  /** The driver sends what it would send, the change to the node that the moment names. */
  async #asItIsSent<T>(act: () => Promise<T>): Promise<T> {
    const { execute } = Client.prototype;
    const send = execute as Execute;
    const { statement, to } = this.#moment;
    const happen = () => this.#happen().catch(() => {});
    const sending: Execute = function sending(cql, params, options) {
      if (!cql.startsWith(`${statement} `)) {
        return send.call(this, cql, params, options);
      }
      const host = [...this.hosts.values()].find(({ address }) =>
        address.startsWith(`${to}:`),
      );
      const answer = send.call(this, cql, params, { ...options, host });
      void happen();
      return answer;
    };
    Client.prototype.execute = sending as typeof execute;
    try {
      return await act();
    } finally {
      Client.prototype.execute = execute;
      await this.#happening;
    }
  }

  #happen(): Promise<void> {
    this.#happening ??= this.#harm();
    return this.#happening;
  }
}
