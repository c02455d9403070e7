import { Duration } from 'luxon';

/** How long what is deleted can be restored, by environment. */
export class QuarantinePeriods {
  readonly #periods: ReadonlyMap<string, number>;

  private constructor(periods: ReadonlyMap<string, number>) {
    this.#periods = periods;
  }

  /** @param periods - milliseconds, for every environment */
  static create(periods: ReadonlyMap<string, number>): QuarantinePeriods {
    return new QuarantinePeriods(periods);
  }

  /** In milliseconds. */
  of(environment: string): number {
    const period = this.#periods.get(environment);
    if (period === undefined) {
      throw new Error(`Environment ${environment} has no quarantine period`);
    }
    return period;
  }

  /** For people, e.g. `7 days`. */
  describe(environment: string): string {
    return Duration.fromMillis(this.of(environment))
      .rescale()
      .reconfigure({ locale: 'en' })
      .toHuman();
  }
}
