/** How many a sentence names. */
const MAX_NAMED = 10;

/** The first of them, and how many there are besides: `a, b and 3 more`. */
export function listSome(names: readonly string[]): string {
  const named = names.slice(0, MAX_NAMED).join(', ');
  const more = names.length - MAX_NAMED;
  return more > 0 ? `${named} and ${more} more` : named;
}
