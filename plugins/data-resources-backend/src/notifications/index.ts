export { describeRequest } from './describeRequest';
export type { RequestAudience } from './describeRequest';
