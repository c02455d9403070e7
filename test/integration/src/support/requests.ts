import type {
  DataRequest,
  DataResource,
  Grant,
  ResourceGrants,
} from '@data-resources/plugin-data-resources-common';
import { eventually } from './eventually';
import type { CreateInput } from './inputs';
import type { Person } from './Person';

const FINAL = ['completed', 'failed', 'rejected', 'withdrawn', 'expired'];

/** Sends a request, and throws unless it is taken. */
export async function ask(
  person: Person,
  input: CreateInput | Record<string, unknown>,
): Promise<DataRequest> {
  const { status, body } = await person.post<DataRequest>('/requests', input);
  if (status !== 201) {
    throw new Error(
      `POST /requests answered ${status}: ${JSON.stringify(body)}`,
    );
  }
  return body;
}

/** The request as it is now. */
export async function request(
  person: Person,
  id: string,
): Promise<DataRequest> {
  return (await person.get<DataRequest>(`/requests/${id}`)).body;
}

/** Approves the request's plan, and throws unless that is taken. */
export async function approve(
  person: Person,
  { id, plan }: DataRequest,
): Promise<DataRequest> {
  const { status, body } = await person.post<DataRequest>(
    `/requests/${id}/approve`,
    { planHash: plan.hash },
  );
  if (status !== 200) {
    throw new Error(`Approving answered ${status}: ${JSON.stringify(body)}`);
  }
  return body;
}

/** Waits until a request has ended, and throws unless it has completed. */
export async function completed(
  person: Person,
  { id }: DataRequest,
  timeoutMs?: number,
): Promise<DataRequest> {
  const ended = await eventually(
    `Request ${id} ends`,
    () => request(person, id),
    ({ state }) => FINAL.includes(state),
    timeoutMs,
  );
  if (ended.state !== 'completed') {
    throw new Error(
      `Request ${id} is ${ended.state}: ${JSON.stringify(ended.execution)}`,
    );
  }
  return ended;
}

/** Asks for something that a policy approves, and waits until it is there. */
export async function create(
  person: Person,
  input: CreateInput,
): Promise<DataResource> {
  const { resourceId } = await completed(person, await ask(person, input));
  return resource(person, resourceId!);
}

/** The resource as it is now. */
export async function resource(
  person: Person,
  id: string,
): Promise<DataResource> {
  const { status, body } = await person.get<DataResource>(`/resources/${id}`);
  if (status !== 200) {
    throw new Error(`GET /resources/${id} answered ${status}`);
  }
  return body;
}

/** The grants of a resource, and what the engine really gives. */
export async function grantsOf(
  person: Person,
  { id }: DataResource,
): Promise<ResourceGrants> {
  return (await person.get<ResourceGrants>(`/resources/${id}/grants`)).body;
}

/** The active grant of a principal's role, or of any role. */
export async function activeGrant(
  person: Person,
  of: DataResource,
  principal: string,
  role?: string,
): Promise<Grant> {
  const { items } = await grantsOf(person, of);
  const found = items.find(
    grant =>
      grant.principal === principal &&
      grant.state === 'active' &&
      (role === undefined || grant.role === role),
  );
  if (!found) {
    throw new Error(`${principal} has no such grant: ${JSON.stringify(items)}`);
  }
  return found;
}

/**
 * Asks for a deletion, has it approved by `approver`, and waits until it is carried out: the first
 * takes a resource into quarantine, the second removes it for good.
 */
export async function carryOutDeletion(
  person: Person,
  approver: Person,
  { id }: DataResource,
): Promise<DataRequest> {
  const asked = await ask(person, {
    action: 'delete',
    resourceId: id,
    reason: 'The journey is over',
  });
  return completed(person, await approve(approver, asked));
}
