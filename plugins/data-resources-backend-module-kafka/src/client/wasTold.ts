import { findErrorBy } from '@platformatic/kafka';

/** Whether an error of the protocol, by its name, is among the causes of an error. */
export function wasTold(error: unknown, name: string): boolean {
  for (
    let cause = error as Error | undefined;
    cause;
    cause = cause.cause as Error | undefined
  ) {
    if (findErrorBy(cause, 'apiId', name)) {
      return true;
    }
  }
  return false;
}
