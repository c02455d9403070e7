import type {
  MetricsService,
  MetricsServiceCounter,
} from '@backstage/backend-plugin-api/alpha';
import { counterOf, INSTANCE } from './definitions';

/** Errors that say that the caller may not have a credential, or not now. */
const REFUSALS = new Set([
  'InputError',
  'RequestInputError',
  'NotAllowedError',
  'ConflictError',
]);

/** Counts attempts to issue credentials. */
export class CredentialMetrics {
  readonly #issues: MetricsServiceCounter;

  private constructor(metrics: MetricsService) {
    this.#issues = counterOf(metrics, 'credentialIssues');
  }

  static create(options: { metrics: MetricsService }): CredentialMetrics {
    return new CredentialMetrics(options.metrics);
  }

  /** Runs an attempt, and counts how it ended. */
  async counted<T>(instance: string, issue: () => Promise<T>): Promise<T> {
    let outcome = 'failed';
    try {
      const result = await issue();
      outcome = 'issued';
      return result;
    } catch (error) {
      if (error instanceof Error && REFUSALS.has(error.name)) {
        outcome = 'refused';
      }
      throw error;
    } finally {
      this.#issues.add(1, { [INSTANCE]: instance, outcome });
    }
  }
}
