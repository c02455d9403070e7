import type { JsonObject } from '@backstage/types';

/** A grant asked for together with the resource. */
export interface GrantRequestItem {
  /** Full ref of a Component. */
  principal: string;
  /** One of the type's roles. */
  role: string;
}

/** Asks for a new resource. */
export interface CreateRequestInput {
  action: 'create';
  type: string;
  instance: string;
  /** Legal for the engine by syntax and length. */
  name: string;
  /** Full ref of a Group. */
  owner: string;
  /** Full ref of a System. */
  system?: string;
  description?: string;
  tags: string[];
  /** As the type's schema parses it: complete, with defaults. */
  spec: JsonObject;
  grants: GrantRequestItem[];
  /** Id of the resource of an earlier environment that it comes from. */
  promotedFrom?: string;
  reason?: string;
}

/** Asks to take over an object that is there and that nobody manages. */
export interface AdoptRequestInput {
  action: 'adopt';
  type: string;
  instance: string;
  /** The object's real name. */
  name: string;
  /** Full ref of a Group. */
  owner: string;
  /** Full ref of a System. */
  system?: string;
  reason?: string;
}

/** Asks that a resource have another spec. */
export interface UpdateRequestInput {
  action: 'update';
  resourceId: string;
  /** The whole new spec; which fields there are depends on the type, which is not known here. */
  spec: JsonObject;
  /** Whether ways in that the portal did not make are agreed to as they are now. */
  access?: 'keep';
  reason?: string;
}

/** Asks that a resource be deleted, or be taken out of its quarantine. */
export interface DeleteRequestInput {
  action: 'delete' | 'restore';
  resourceId: string;
  reason?: string;
}

/** Asks for access of a principal to a resource. */
export interface GrantRequestInput {
  action: 'grant';
  resourceId: string;
  /** Full ref of a Component. */
  principal: string;
  /** Which roles there are depends on the resource's type, which is not known here. */
  role: string;
  reason?: string;
}

/** Takes access away. */
export interface RevokeRequestInput {
  action: 'revoke';
  grantId: string;
  reason?: string;
}

/** What a person asks for, checked as far as that needs no look at anything else. */
export type RequestInput =
  | CreateRequestInput
  | AdoptRequestInput
  | UpdateRequestInput
  | DeleteRequestInput
  | GrantRequestInput
  | RevokeRequestInput;
