import type { JsonObject } from '@backstage/types';
import {
  fieldPath,
  parseFieldPath,
  type Finding,
} from '@data-resources/plugin-data-resources-node';
import stringify from 'fast-json-stable-stringify';
import type { PolicyAction } from './types';

/** What belongs to a request and not to the resource: an `update` answers for it itself. */
const OF_THE_REQUEST = ['action', 'reason', 'resourceId'];

/**
 * Where a `deny` binds: on `create`, `grant` and the paths that an `update` changes. Elsewhere
 * it is a `warn`, so that old sins can be adopted, mended and deleted. In an `update` a `deny`
 * without a path binds: what it is about cannot be told.
 *
 * @param changedPaths - what an `update` changes, see {@link changedSpecPaths}
 */
export function weaken(
  action: PolicyAction,
  findings: readonly Finding[],
  changedPaths: readonly string[] = [],
): Finding[] {
  const binds = bindingOf(action, changedPaths);
  return findings.map(finding =>
    finding.effect === 'deny' && !binds(finding)
      ? { ...finding, effect: 'warn' }
      : finding,
  );
}

/** The paths at which two specs differ, e.g. `spec.config["retention.ms"]`. */
export function changedSpecPaths(
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): string[] {
  return differences(before ?? {}, after ?? {}, ['spec']);
}

function bindingOf(
  action: PolicyAction,
  changedPaths: readonly string[],
): (finding: Finding) => boolean {
  if (action === 'create' || action === 'grant') {
    return () => true;
  }
  if (action !== 'update') {
    return () => false;
  }
  const changed = changedPaths.map(parseFieldPath);
  return ({ path }) => {
    if (path === undefined || OF_THE_REQUEST.includes(path)) {
      return true;
    }
    const parts = parseFieldPath(path);
    return changed.some(
      other => isWithin(parts, other) || isWithin(other, parts),
    );
  };
}

type Parts = readonly (string | number)[];

function isWithin(outer: Parts, inner: Parts): boolean {
  return outer.every((part, index) => String(part) === String(inner[index]));
}

function differences(
  before: unknown,
  after: unknown,
  path: string[],
): string[] {
  if (isObject(before) && isObject(after)) {
    return [
      ...new Set([...Object.keys(before), ...Object.keys(after)]),
    ].flatMap(key => differences(before[key], after[key], [...path, key]));
  }
  return stringify(before) === stringify(after) ? [] : [fieldPath(path)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
