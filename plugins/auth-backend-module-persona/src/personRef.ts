import {
  KubernetesValidatorFunctions,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';

/**
 * Checks that a value is a user's full, lower-case entity reference and
 * returns it unchanged.
 *
 * @param value - What the caller sent or the configuration holds.
 * @param where - Header or configuration path, for the message.
 * @throws InputError that says what was found and what would be right.
 */
export function parsePersonRef(value: string, where: string): string {
  if (isFullUserRef(value)) {
    return value;
  }
  throw new InputError(
    `${where} must be the full, lower-case reference of one user, such as 'user:default/payments-dev', not ${JSON.stringify(
      value.slice(0, 200),
    )}`,
  );
}

function isFullUserRef(value: string): boolean {
  const match = /^user:([^:/]+)\/([^:/]+)$/.exec(value);
  if (!match) {
    return false;
  }
  const [, namespace, name] = match;
  return (
    KubernetesValidatorFunctions.isValidNamespace(namespace) &&
    KubernetesValidatorFunctions.isValidObjectName(name) &&
    stringifyEntityRef(parseEntityRef(value)) === value
  );
}
