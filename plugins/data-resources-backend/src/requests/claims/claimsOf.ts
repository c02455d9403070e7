import type { JsonObject } from '@backstage/types';
import type {
  NameClaim,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import { makesResource } from '../makesResource';
import type { Subject } from '../Subject';

/** The prefixes that a resource of a spec claims; none without a spec. */
export function claimsOf(
  type: ResourceType,
  name: string,
  spec: JsonObject | null | undefined,
): NameClaim[] {
  return spec ? type.claims?.(name, spec) ?? [] : [];
}

/** The prefixes that a request is about: those asked for, or of what is to go. */
export function claimsOfSubject({
  type,
  name,
  desired,
  resource,
}: Subject): NameClaim[] {
  return claimsOf(type, name, desired ?? resource?.spec);
}

/** Whether the request asks for a prefix that its resource does not have. */
export function isNewClaim(
  { input, type, name, resource }: Subject,
  { prefix }: NameClaim,
): boolean {
  return (
    makesResource(input.action) ||
    (input.action === 'update' &&
      !claimsOf(type, name, resource?.spec).some(
        held => held.prefix === prefix,
      ))
  );
}

/** Bare, as an engine is asked to look at them. */
export function prefixesOf(
  type: ResourceType | undefined,
  name: string,
  spec: JsonObject,
): string[] | undefined {
  const claims = type ? claimsOf(type, name, spec) : [];
  return claims.length > 0 ? claims.map(({ prefix }) => prefix) : undefined;
}
