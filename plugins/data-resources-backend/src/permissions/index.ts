export { UNRESTRICTED } from './CallerPermissions';
export type { CallerPermissions } from './CallerPermissions';
export { PERMISSION_TO_ASK } from './permissionToAsk';
export type { RuledRequest, RuledResource } from './resourceRefs';
export type { Reason } from './reasons';
export { EVERYTHING } from './Scope';
export type { Scope } from './Scope';
