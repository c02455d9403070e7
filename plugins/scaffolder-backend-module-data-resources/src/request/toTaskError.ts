import {
  ConflictError,
  InputError,
  isError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  type ResponseError,
} from '@backstage/errors';
import type { ErrorBody } from '@data-resources/plugin-data-resources-common';
import { describeFinding } from './describeFinding';

const ERRORS: Record<number, new (message: string) => Error> = {
  400: InputError,
  403: NotAllowedError,
  404: NotFoundError,
  409: ConflictError,
  503: ServiceUnavailableError,
};

/**
 * The API's error as one that a task's log can show: what was wrong, in which field, and what the
 * policies found. Errors that are not the API's are left as they are.
 */
export function toTaskError(error: unknown): unknown {
  if (!isError(error) || error.name !== 'ResponseError') {
    return error;
  }
  // Another copy of the class may have made it, so that its name decides.
  const { body, statusCode } = error as unknown as ResponseError;
  const TaskError = ERRORS[statusCode];
  const answer = (body as Partial<ErrorBody> | undefined)?.error;
  if (!TaskError || !answer?.message) {
    return error;
  }
  const { message, path, findings = [] } = answer;
  const where = path && !message.includes(path) ? `${path}: ` : '';
  const taskError = new TaskError(
    [
      `${where}${message}`,
      ...findings.map(f => `- ${describeFinding(f)}`),
    ].join('\n'),
  );
  // A task's log shows the stack, and where in our code it broke says nothing to its reader.
  taskError.stack = `${taskError.name}: ${taskError.message}`;
  return taskError;
}
