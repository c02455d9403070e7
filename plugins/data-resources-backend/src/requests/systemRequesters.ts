/** Asks for the removal of what has been in quarantine for its time. */
export const QUARANTINE_REQUESTER = 'system:quarantine';

/** Asks for what a policy wants done about drift. */
export const DRIFT_REQUESTER = 'system:drift';

/** Whether a request was made by the portal itself; people's refs begin with `user:`. */
export function isSystem(requestedBy: string): boolean {
  return requestedBy.startsWith('system:');
}
