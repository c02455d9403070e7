import type { JsonObject } from '@backstage/types';
import type { OwnerHint } from '@data-resources/plugin-data-resources-node';

/** An object that no resource claims. */
export interface DiscoveryRow {
  id: string;
  instance: string;
  environment: string;
  type: string;
  name: string;
  normalised_name: string;
  identity: JsonObject;
  spec: JsonObject;
  internal: string | null;
  hints: OwnerHint[];
  /** Suggested, as `system` is. */
  owner: string | null;
  system: string | null;
  why: string | null;
  /** When it was first seen. */
  created_at: Date;
  seen_at: Date;
}
