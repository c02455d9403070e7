/** A setting as it was declared and as the engine has it. */
export interface ComparedSetting {
  path: string;
  declared?: unknown;
  observed?: unknown;
  /** Declared and observed, and not the same. */
  differs: boolean;
}

/** Every setting of the spec and of what was observed, flat: `config.retention.ms`. */
export function compareSettings(
  spec: Record<string, unknown>,
  observed: Record<string, unknown> | undefined,
): ComparedSetting[] {
  const declared = flatten(spec);
  const seen = flatten(observed ?? {});
  const paths = new Set([...declared.keys(), ...seen.keys()]);

  return [...paths].map(path => ({
    path,
    declared: declared.get(path),
    observed: seen.get(path),
    differs:
      declared.has(path) &&
      seen.has(path) &&
      JSON.stringify(declared.get(path)) !== JSON.stringify(seen.get(path)),
  }));
}

function flatten(
  value: Record<string, unknown>,
  prefix = '',
): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value)) {
    const isObject =
      typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    if (isObject) {
      flatten(inner as Record<string, unknown>, `${prefix}${key}.`).forEach(
        (deep, path) => flat.set(path, deep),
      );
    } else if (inner !== undefined) {
      flat.set(`${prefix}${key}`, inner);
    }
  }
  return flat;
}
