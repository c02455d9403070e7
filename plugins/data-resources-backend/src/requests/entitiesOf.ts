import type { RequestRow } from '../database/rows';
import { isSystem } from './systemRequesters';

/** What the catalog will be asked about a request that is carried out, as far as the request itself tells. */
export function entitiesOf({
  input,
  owner,
  requested_by,
}: Pick<RequestRow, 'input' | 'owner' | 'requested_by'>): string[] {
  const { system, principal, grants } = input as {
    system?: string;
    principal?: string;
    grants?: { principal: string }[];
  };
  return [
    owner,
    ...(isSystem(requested_by) ? [] : [requested_by]),
    ...(system ? [system] : []),
    ...(principal ? [principal] : []),
    ...(grants ?? []).map(grant => grant.principal),
  ];
}
