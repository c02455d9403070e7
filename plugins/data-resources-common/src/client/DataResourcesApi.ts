import type {
  AuditPage,
  AuditVerification,
  BatchDecisions,
  DataRequest,
  DataRequestPage,
  DataResource,
  DataResourcePage,
  DiscoveryList,
  FeedPage,
  HistoryPage,
  Instance,
  IssuedCredentials,
  LiveUse,
  Plan,
  RequestAction,
  RequestBatch,
  RequestInput,
  RequestState,
  ResourceExports,
  ResourceGrants,
  ResourcePhase,
  ResourceType,
} from '../schema/openapi/generated/models';

/**
 * Goes with every call.
 *
 * @public
 */
export interface CallOptions {
  /** A Backstage token; not needed where the fetch API adds one, as in the browser. */
  token?: string;
}

/**
 * A page of a list: at most 200 items, 50 unless told.
 *
 * @public
 */
export interface PageQuery {
  limit?: number;
  /** The `pageInfo.nextCursor` of the page before. */
  cursor?: string;
}

/** @public */
export interface RequestQuery extends PageQuery {
  state?: RequestState;
  action?: RequestAction;
  type?: string;
  instance?: string;
  environment?: string;
  owner?: string;
  resourceId?: string;
  /** Requests that were sent together. */
  batchId?: string;
  requestedBy?: 'me';
  approvableBy?: 'me';
}

/** @public */
export interface ResourceQuery extends PageQuery {
  type?: string;
  instance?: string;
  environment?: string;
  owner?: string;
  system?: string;
  phase?: ResourcePhase;
  /** Part of the name or of the description. */
  q?: string;
}

/** @public */
export interface DiscoveryQuery extends PageQuery {
  instance?: string;
  type?: string;
  /** The suggested one. */
  owner?: string;
  /** Whether what the server or a tool keeps for itself is listed as well. */
  internal?: boolean;
}

/**
 * Filters of the audit trail; all that are given must hold.
 *
 * @public
 */
export interface AuditQuery extends PageQuery {
  /** By position; `desc`, newest first, unless told. */
  order?: 'asc' | 'desc';
  /** An event, or the begin of events with a dot at its end, e.g. `request.`. */
  event?: string;
  actor?: string;
  requestId?: string;
  resourceId?: string;
  /** ISO 8601, included. */
  from?: string;
  /** ISO 8601, not included. */
  to?: string;
}

/**
 * The HTTP API of Data Resources. Every method throws a `ResponseError` of `@backstage/errors`
 * whose `body.error` is the API's own: `name`, `message` and, where there are any, `path` and
 * `findings`.
 *
 * @public
 */
export interface DataResourcesApi {
  getTypes(options?: CallOptions): Promise<ResourceType[]>;
  getInstances(options?: CallOptions): Promise<Instance[]>;
  /** Plans without changing anything. */
  createPlan(input: RequestInput, options?: CallOptions): Promise<Plan>;
  /** The same `idempotencyKey` and input again give the same request. */
  createRequest(
    input: RequestInput,
    options?: CallOptions & { idempotencyKey?: string },
  ): Promise<DataRequest>;
  /** At most 1000; each is judged on its own. The same key and inputs again continue the batch. */
  createRequestBatch(
    inputs: readonly RequestInput[],
    options?: CallOptions & { idempotencyKey?: string },
  ): Promise<RequestBatch>;
  /** `planHashes`: by the id of a request of the batch, the hash of the plan that was read. */
  approveRequestBatch(
    id: string,
    approval: { planHashes: { [requestId: string]: string }; comment?: string },
    options?: CallOptions,
  ): Promise<BatchDecisions>;
  getRequests(
    query: RequestQuery,
    options?: CallOptions,
  ): Promise<DataRequestPage>;
  getRequest(id: string, options?: CallOptions): Promise<DataRequest>;
  approveRequest(
    id: string,
    decision: { planHash: string; comment?: string },
    options?: CallOptions,
  ): Promise<DataRequest>;
  rejectRequest(
    id: string,
    decision: { comment: string },
    options?: CallOptions,
  ): Promise<DataRequest>;
  withdrawRequest(id: string, options?: CallOptions): Promise<DataRequest>;
  retryRequest(id: string, options?: CallOptions): Promise<DataRequest>;
  getResources(
    query: ResourceQuery,
    options?: CallOptions,
  ): Promise<DataResourcePage>;
  getResource(id: string, options?: CallOptions): Promise<DataResource>;
  getResourceGrants(
    id: string,
    query?: PageQuery,
    options?: CallOptions,
  ): Promise<ResourceGrants>;
  /** Who uses a resource now, asked of the engine. */
  getResourceUse(id: string, options?: CallOptions): Promise<LiveUse>;
  /**
   * The resource in every format that there is. `principal`, with an active grant, is the workload
   * that the client configurations are for. No secret is among it.
   */
  getResourceExports(
    id: string,
    query?: { principal?: string },
    options?: CallOptions,
  ): Promise<ResourceExports>;
  /** What happened to a resource, newest first. */
  getResourceHistory(
    id: string,
    query?: PageQuery,
    options?: CallOptions,
  ): Promise<HistoryPage>;
  /** The password is in this answer and nowhere else. */
  issueCredentials(
    resourceId: string,
    body: { principal: string; replace?: boolean },
    options?: CallOptions,
  ): Promise<IssuedCredentials>;
  /** What is on the instances and nobody manages. */
  getDiscoveries(
    query: DiscoveryQuery,
    options?: CallOptions,
  ): Promise<DiscoveryList>;
  /** For the platform group and who has the permission `data-resources.audit.read`. */
  getAudit(query: AuditQuery, options?: CallOptions): Promise<AuditPage>;
  /** The same right; `head` is `<position>:<hash>` from the log. */
  verifyAudit(
    query?: { head?: string },
    options?: CallOptions,
  ): Promise<AuditVerification>;
  /** For services: what changed after a position; from 0, everything. */
  getFeed(
    query: { after?: number; limit?: number },
    options?: CallOptions,
  ): Promise<FeedPage>;
}
