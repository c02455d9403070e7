/** Asks for the removal of what has been in quarantine for its time. */
export const QUARANTINE_REQUESTER = 'system:quarantine';

/** Whether a request was made by the portal itself; people's refs begin with `user:`. */
export function isSystem(requestedBy: string): boolean {
  return requestedBy.startsWith('system:');
}
