import type { JsonObject } from '@backstage/types';
import type {
  PlanAction,
  PlannedGrant,
  ResourceType,
} from '@data-resources/plugin-data-resources-node';
import type { GrantState, ResourceRow } from '../database/rows';
import type { ManagedInstance } from '../instances/ManagedInstance';
import type { RequestInput } from './input';

/** A grant that a request gives, with what is pinned of the principal at that moment. */
export interface NewGrant extends PlannedGrant {
  uid: string;
  owner: string;
}

/** A grant in the ledger that a request takes away or leaves. */
export interface LedgerGrant extends NewGrant {
  id: string;
  state: GrantState;
}

/** The groups that a request is between; decides who must approve it. */
export interface Sides {
  resourceOwner: string;
  principalOwner?: string;
  /** The group that decides on an adoption. */
  adopter?: string;
}

/**
 * What a request is about, with every reference resolved and the requester's right to ask
 * for it established.
 */
export interface Subject {
  input: RequestInput;
  requestedBy: string;
  /** Groups that the requester is a direct member of. */
  requesterGroups: ReadonlySet<string>;
  instance: ManagedInstance;
  type: ResourceType;
  name: string;
  owner: string;
  system?: string;
  /** The resource as it is in the ledger; of what is new only when it is planned again. */
  resource?: ResourceRow;
  /** The resource of an earlier environment that a new one is promoted from. */
  origin?: ResourceRow;
  /**
   * The spec after the request; absent for a `delete`, and for an `adopt` before the engine was
   * looked at.
   */
  desired?: JsonObject;
  /** Prefixes that the resource has claimed, and may have left something of on the engine. */
  held?: readonly string[];
  /** A `delete` of what was never taken over: the ledger forgets it, the object stays. */
  forgets?: boolean;
  /** What the engine is asked to plan: the first half of a `delete` is a `quarantine`. */
  planAction: PlanAction;
  /**
   * Grants that the engine is to give or take and the ledger keeps as they are: those of a
   * `quarantine` and of a `restore`.
   */
  suspended?: readonly LedgerGrant[];
  /** Of a `delete` that leaves out its quarantine: the policy that lets it. */
  atOnce?: string;
  /** Of an `update` that ends drift by itself: the policy that has it done. */
  correctedBy?: string;
  /** What the ledger gains and loses. */
  grants: {
    add: readonly NewGrant[];
    remove: readonly LedgerGrant[];
    keep: readonly LedgerGrant[];
  };
  sides: Sides;
}
