import type {
  FieldProblem,
  Finding,
} from '@data-resources/plugin-data-resources-common';

/** What the API said when it refused or failed. */
export interface ApiProblem {
  message: string;
  /** The HTTP status, where there was an answer at all. */
  status?: number;
  /** The field of the input that is wrong, e.g. `spec.partitions`. */
  path?: string;
  /** All that is wrong with the input, where that is known field by field. */
  problems?: FieldProblem[];
  findings: Finding[];
}

/**
 * Reads a `ResponseError`'s body. Its own message is only "Request failed with 409 Conflict";
 * the sentence that helps is the API's, in the body.
 */
export function readError(error: Error): ApiProblem {
  const { statusCode, body } = error as {
    statusCode?: number;
    body?: {
      error?: {
        message?: string;
        path?: string;
        problems?: FieldProblem[];
        findings?: Finding[];
      };
    };
  };
  return {
    message: body?.error?.message || error.message,
    status: statusCode,
    path: body?.error?.path,
    problems: body?.error?.problems,
    findings: body?.error?.findings ?? [],
  };
}
