import type { Guardrails } from './facts';

/** What one node refuses. */
export interface NodeGuardrails {
  address: string;
  guardrails: Guardrails;
}

/**
 * Each node has guardrails of its own, and any node may be asked to make a change: what counts is the strictest
 * of each.
 *
 * @param settings - what each guardrail is called in the nodes' configuration
 */
export function compareGuardrails(
  nodes: readonly NodeGuardrails[],
  settings: { readonly [name in keyof Required<Guardrails>]: string },
): { guardrails: Guardrails; differing?: string[] } {
  const names = Object.keys(settings) as (keyof Guardrails)[];
  const differing = names
    .filter(name => textsOf(name, nodes).size > 1)
    .map(name => {
      const values = [...textsOf(name, nodes)].map(
        ([text, addresses]) => `${text} on ${addresses.join(' and ')}`,
      );
      return `${settings[name]} (${values.join(', ')})`;
    });
  return {
    guardrails: Object.fromEntries(
      names.flatMap(name => {
        const value = strictest(
          name,
          nodes.flatMap(({ guardrails }) => [guardrails[name] ?? []].flat()),
        );
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    ...(differing.length > 0 ? { differing } : {}),
  };
}

/** What nodes have, and which do. */
function textsOf(
  name: keyof Guardrails,
  nodes: readonly NodeGuardrails[],
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { address, guardrails } of nodes) {
    const text = String(guardrails[name] ?? 'nothing');
    found.set(text, [...(found.get(text) ?? []), address]);
  }
  return found;
}

/** @param values - of all nodes that have any; of lists what they hold */
function strictest(
  name: keyof Guardrails,
  values: readonly (number | string | false)[],
): number | false | string[] | undefined {
  const numbers = values.filter(value => typeof value === 'number');
  if (numbers.length > 0) {
    return name.startsWith('minimum')
      ? Math.max(...numbers)
      : Math.min(...numbers);
  }
  if (values.includes(false)) {
    return false;
  }
  const listed = values.filter(value => typeof value === 'string');
  return listed.length > 0 ? [...new Set(listed)].sort() : undefined;
}
