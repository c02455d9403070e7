import type { Finding } from '@data-resources/plugin-data-resources-common';

/** A policy's verdict in one line, e.g. `deny (replicas, spec.replicationFactor): …`. */
export function describeFinding(finding: Finding): string {
  const about = [finding.policy, finding.path].filter(Boolean).join(', ');
  return `${finding.effect} (${about}): ${finding.message}`;
}
