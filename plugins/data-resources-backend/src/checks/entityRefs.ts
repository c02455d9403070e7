import {
  CommonValidatorFunctions,
  KubernetesValidatorFunctions,
  parseEntityRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';

/** The kinds of entities that requests and the configuration refer to. */
export type EntityRefKind = 'group' | 'system' | 'component';

/**
 * Whether a text is a full, lower-case entity ref of a kind, such as
 * `group:default/payments`. Only then are two refs equal exactly when their texts are.
 */
export function isFullEntityRef(value: string, kind: EntityRefKind): boolean {
  let ref;
  try {
    ref = parseEntityRef(value);
  } catch {
    return false;
  }
  return (
    ref.kind === kind &&
    stringifyEntityRef(ref) === value &&
    CommonValidatorFunctions.isValidDnsLabel(ref.namespace) &&
    KubernetesValidatorFunctions.isValidObjectName(ref.name)
  );
}

/** What a ref of a kind must look like, as a part of a sentence. */
export function expectedEntityRef(kind: EntityRefKind): string {
  return `a full, lower-case entity ref such as "${kind}:default/payments"`;
}
