import { NotFoundError } from '@backstage/errors';
import { RequestInputError } from './input';

/** The error for a `resourceId` that leads nowhere, or nowhere for this caller. */
export function noSuchResource(id: string): RequestInputError {
  return new RequestInputError(
    `resourceId is ${id}, and there is no such resource`,
    { path: 'resourceId' },
  );
}

/** The error for a `promotedFrom` that leads nowhere, or nowhere for this caller. */
export function noSuchOrigin(id: string): RequestInputError {
  return new RequestInputError(
    `promotedFrom is ${id}, and there is no such resource`,
    { path: 'promotedFrom' },
  );
}

/** The error for a `grantId` that leads nowhere, or nowhere for this caller. */
export function noSuchGrant(id: string): RequestInputError {
  return new RequestInputError(
    `grantId is ${JSON.stringify(id)}, and there is no such grant`,
    { path: 'grantId' },
  );
}

/** The error for the id of a request that is none, or none for this caller. */
export function noSuchRequest(id: string): NotFoundError {
  return new NotFoundError(`There is no request ${JSON.stringify(id)}`);
}
