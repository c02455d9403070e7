export { readDetails, withDetails } from './ErrorDetails';
export type { ErrorDetails } from './ErrorDetails';
export { errorMiddleware, notFoundMiddleware } from './errorMiddleware';
export type { ErrorMiddlewareOptions } from './errorMiddleware';
export { RequestInputError } from './RequestInputError';
export { requestGuards } from './requestGuards';
export type { RequestGuardOptions } from './requestGuards';
