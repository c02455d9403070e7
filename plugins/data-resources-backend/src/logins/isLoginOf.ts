/**
 * Whether a name on an engine belongs to a principal's logins: one of the two slots, or what is
 * named after them (Kafka's consumer groups).
 *
 * @param base - as `LoginSlots.base` has it
 */
export function isLoginOf(base: string, name: string): boolean {
  const bare = name.replace(/^User:/, '');
  return (
    bare === base ||
    bare === `${base}_a` ||
    bare === `${base}_b` ||
    bare.startsWith(`${base}.`)
  );
}
