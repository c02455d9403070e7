import {
  loginSlots,
  type LoginSlots,
} from '@data-resources/plugin-data-resources-node';
import type { CatalogDirectory } from '../../catalog/CatalogDirectory';
import type { InstanceRegistry } from '../../instances/InstanceRegistry';
import type { ManagedInstance } from '../../instances/ManagedInstance';
import type { LedgerReader } from '../LedgerReader';

/** Where subjects are looked up. */
export interface SubjectSources {
  ledger: LedgerReader;
  instances: InstanceRegistry;
  directory: CatalogDirectory;
  installationId: string;
  platformGroup: string;
  /** In the order of the stages. */
  environments: readonly string[];
}

/** Who asks, and what is known of the request besides its input. */
export interface Asking {
  /** A user's ref, or `system:…`. */
  requestedBy: string;
  /** Groups that the requester is a direct member of. */
  requesterGroups: ReadonlySet<string>;
  /** The resource that the request made when it was approved. */
  madeId?: string | null;
  /** Whether it is one of many that were sent together. */
  inBulk: boolean;
}

/** The login slots of a principal on an instance. */
export function loginOn(
  instance: ManagedInstance,
  principal: string,
  { installationId }: SubjectSources,
): LoginSlots {
  return loginSlots({
    principal,
    environment: instance.environment,
    installationId,
  });
}
