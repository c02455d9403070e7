import type { Change, DataResource } from '../schema/openapi/generated/models';
import { isAccess } from './accessChanges';

/**
 * The spec that declares what the engine has: each difference from the engine's side.
 *
 * @param spec - as it is declared
 * @param drift - what would put it back, as `DataResource.drift` has it
 * @public
 */
export function acceptDrift(
  spec: DataResource['spec'],
  drift: readonly Change[],
): DataResource['spec'] {
  const accepted: Record<string, unknown> = structuredClone(spec);
  const settings = drift.filter(change => !isAccess(change));
  for (const { path, from, to } of settings) {
    // Keys of a map may hold dots: `config.retention.ms`.
    const dot = path.indexOf('.');
    const field = dot < 0 ? path : path.slice(0, dot);
    const list = accepted[field];
    if (dot < 0) {
      set(accepted, field, from);
    } else if (Array.isArray(list)) {
      accepted[field] = withEntry(list, path.slice(dot + 1), { from, to });
    } else {
      const map = { ...(accepted[field] as Record<string, unknown>) };
      set(map, path.slice(dot + 1), from);
      accepted[field] = map;
    }
  }
  return accepted as DataResource['spec'];
}

function set(map: Record<string, unknown>, key: string, value: unknown) {
  if (value === undefined || value === null) {
    delete map[key];
  } else {
    map[key] = value;
  }
}

/** Entries of a list go by their names, perhaps with a version: `citext`, `citext@1.6`. */
function withEntry(
  list: readonly unknown[],
  name: string,
  { from, to }: Pick<Change, 'from' | 'to'>,
): unknown[] {
  const isNamed = (entry: unknown) =>
    entry === name || String(entry).startsWith(`${name}@`);
  if (from === undefined || from === null) {
    return list.filter(entry => !isNamed(entry));
  }
  return list.some(isNamed)
    ? list.map(entry =>
        isNamed(entry) && to !== undefined ? `${name}@${from}` : entry,
      )
    : [...list, from];
}
