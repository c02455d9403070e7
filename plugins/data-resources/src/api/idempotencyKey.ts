/**
 * A fresh key for one intention to ask: sending it again after a lost answer makes no second
 * request. `crypto.randomUUID` would need a secure context, which a portal on plain http lacks.
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
