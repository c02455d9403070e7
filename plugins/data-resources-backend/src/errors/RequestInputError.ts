import { InputError } from '@backstage/errors';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import type { ErrorDetails, FieldProblem } from './ErrorDetails';

/**
 * The caller's input is wrong: answered with 400. The message names the field, what was
 * found and what would be right.
 */
export class RequestInputError extends InputError implements ErrorDetails {
  readonly path?: string;
  readonly problems?: FieldProblem[];
  readonly findings?: Finding[];

  constructor(message: string, details: ErrorDetails = {}) {
    super(message);
    this.path = details.path;
    this.problems = details.problems;
    this.findings = details.findings;
  }
}
