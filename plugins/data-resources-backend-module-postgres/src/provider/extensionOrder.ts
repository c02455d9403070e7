import { parseExtension } from '../type/extensions';
import type { ServerFacts } from './facts';
import { requirementsOf } from './extensionFindings';

/** Extensions in an order in which each comes after those that it requires. */
export function extensionsInOrder(
  entries: readonly string[],
  facts: ServerFacts,
): string[] {
  const ordered: string[] = [];
  const begun = new Set<string>();
  const add = (entry: string) => {
    if (begun.has(entry)) {
      return;
    }
    begun.add(entry);
    const required = requirementsOf(parseExtension(entry), facts);
    entries
      .filter(other => required.includes(parseExtension(other).name))
      .forEach(add);
    ordered.push(entry);
  };
  entries.forEach(add);
  return ordered;
}
