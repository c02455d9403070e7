import { ResponseError } from '@backstage/errors';
import {
  DefaultApiClient,
  type TypedResponse,
} from '../schema/openapi/generated/apis/Api.client';
import type {
  AuditQuery,
  CallOptions,
  DataResourcesApi,
  DiscoveryQuery,
  PageQuery,
  RequestQuery,
  ResourceQuery,
} from './DataResourcesApi';
import type { RequestInput } from '../schema/openapi/generated/models';

/**
 * Talks to the backend over HTTP; what it sends and receives is generated from the OpenAPI
 * document.
 *
 * @public
 */
export class DataResourcesClient implements DataResourcesApi {
  readonly #client: DefaultApiClient;

  constructor(options: {
    discoveryApi: { getBaseUrl(pluginId: string): Promise<string> };
    fetchApi?: { fetch: typeof fetch };
  }) {
    this.#client = new DefaultApiClient(options);
  }

  async getTypes(options?: CallOptions) {
    return (await read(this.#client.getTypes({}, options))).items;
  }

  async getInstances(options?: CallOptions) {
    return (await read(this.#client.getInstances({}, options))).items;
  }

  async createPlan(input: RequestInput, options?: CallOptions) {
    return read(this.#client.createPlan({ body: input }, options));
  }

  async createRequest(
    input: RequestInput,
    options?: CallOptions & { idempotencyKey?: string },
  ) {
    return read(
      this.#client.createRequest(
        {
          body: input,
          // The generated type has the name in camel case, and sends it as it is given.
          header: options?.idempotencyKey
            ? ({ 'Idempotency-Key': options.idempotencyKey } as object)
            : {},
        },
        options,
      ),
    );
  }

  async createRequestBatch(
    inputs: readonly RequestInput[],
    options?: CallOptions & { idempotencyKey?: string },
  ) {
    return read(
      this.#client.createRequestBatch(
        {
          body: { requests: [...inputs] },
          // As in createRequest.
          header: options?.idempotencyKey
            ? ({ 'Idempotency-Key': options.idempotencyKey } as object)
            : {},
        },
        options,
      ),
    );
  }

  async approveRequestBatch(
    id: string,
    approval: { planHashes: { [requestId: string]: string }; comment?: string },
    options?: CallOptions,
  ) {
    return read(
      this.#client.approveRequestBatch(
        { path: { id }, body: approval },
        options,
      ),
    );
  }

  async getRequests(query: RequestQuery, options?: CallOptions) {
    return read(this.#client.getRequests({ query }, options));
  }

  async getRequest(id: string, options?: CallOptions) {
    return read(this.#client.getRequest({ path: { id } }, options));
  }

  async approveRequest(
    id: string,
    decision: { planHash: string; comment?: string },
    options?: CallOptions,
  ) {
    return read(
      this.#client.approveRequest({ path: { id }, body: decision }, options),
    );
  }

  async rejectRequest(
    id: string,
    decision: { comment: string },
    options?: CallOptions,
  ) {
    return read(
      this.#client.rejectRequest({ path: { id }, body: decision }, options),
    );
  }

  async withdrawRequest(id: string, options?: CallOptions) {
    return read(this.#client.withdrawRequest({ path: { id } }, options));
  }

  async retryRequest(id: string, options?: CallOptions) {
    return read(this.#client.retryRequest({ path: { id } }, options));
  }

  async getResources(query: ResourceQuery, options?: CallOptions) {
    return read(this.#client.getResources({ query }, options));
  }

  async getResource(id: string, options?: CallOptions) {
    return read(this.#client.getResource({ path: { id } }, options));
  }

  async getResourceGrants(
    id: string,
    query: PageQuery = {},
    options?: CallOptions,
  ) {
    return read(
      this.#client.getResourceGrants({ path: { id }, query }, options),
    );
  }

  async getResourceUse(id: string, options?: CallOptions) {
    return read(this.#client.getResourceUse({ path: { id } }, options));
  }

  async getResourceExports(
    id: string,
    query: { principal?: string } = {},
    options?: CallOptions,
  ) {
    return read(
      this.#client.getResourceExports({ path: { id }, query }, options),
    );
  }

  async getResourceHistory(
    id: string,
    query: PageQuery = {},
    options?: CallOptions,
  ) {
    return read(
      this.#client.getResourceHistory({ path: { id }, query }, options),
    );
  }

  async issueCredentials(
    resourceId: string,
    body: { principal: string; replace?: boolean },
    options?: CallOptions,
  ) {
    return read(
      this.#client.issueCredentials(
        { path: { id: resourceId }, body },
        options,
      ),
    );
  }

  async getDiscoveries(query: DiscoveryQuery, options?: CallOptions) {
    return read(this.#client.getDiscoveries({ query }, options));
  }

  async getAudit(query: AuditQuery, options?: CallOptions) {
    // The generated type calls `from` otherwise, and sends it as it is given.
    return read(this.#client.getAudit({ query }, options));
  }

  async verifyAudit(query: { head?: string } = {}, options?: CallOptions) {
    return read(this.#client.verifyAudit({ query }, options));
  }

  async getFeed(
    query: { after?: number; limit?: number },
    options?: CallOptions,
  ) {
    return read(this.#client.getFeed({ query }, options));
  }
}

async function read<T>(call: Promise<TypedResponse<T>>): Promise<T> {
  const response = await call;
  if (!response.ok) {
    throw await ResponseError.fromResponse(response);
  }
  return response.json();
}
