import type {
  Finding,
  PlanOrigin,
} from '@data-resources/plugin-data-resources-common';
import { parseFieldPath } from '@data-resources/plugin-data-resources-node';
import { changedSpecPaths } from '../policy';
import type { Subject } from './Subject';

/** Begins the names of what is told about an origin. */
const POLICY = 'promotion/';

/** What a promoted resource will have otherwise than the one that it comes from. */
export function originOf({ origin, desired }: Subject): PlanOrigin | undefined {
  return (
    origin && {
      resourceId: origin.id,
      name: origin.name,
      instance: origin.instance,
      environment: origin.environment,
      differences: changedSpecPaths(origin.spec, desired).map(path => ({
        path,
        from: valueAt(origin.spec, path),
        to: valueAt(desired, path),
      })),
    }
  );
}

/** The same, for who reads findings. */
export function originFindings(subject: Subject): Finding[] {
  const origin = originOf(subject);
  if (!origin) {
    return [];
  }
  const { differences, instance } = origin;
  return differences.length > 0
    ? differences.map(({ path, from, to }) => ({
        policy: `${POLICY}difference`,
        effect: 'info',
        path,
        message: `${path} is ${shown(from)} on ${instance}, and ${shown(
          to,
        )} here`,
      }))
    : [
        {
          policy: `${POLICY}same`,
          effect: 'info',
          message: `The spec is the same as on ${instance}`,
        },
      ];
}

/** Of findings, those that somebody may read who may not see the origin. */
export function withoutOrigin(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ policy }) => !policy.startsWith(POLICY));
}

/** Paths of specs begin with `spec`. */
function valueAt(spec: unknown, path: string): unknown {
  return parseFieldPath(path)
    .slice(1)
    .reduce<unknown>(
      (value, key) => (value as Record<string, unknown> | undefined)?.[key],
      spec,
    );
}

function shown(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}
