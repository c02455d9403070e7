import type {
  Change,
  PlanInput,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';

/** Topics cannot be changed yet: each difference is named and denied. */
export function planUpdate(input: PlanInput<KafkaTopicSpec>): ProviderPlan {
  const from = flatten(input.current);
  const to = flatten(input.desired);
  const changes = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    .filter(path => from[path] !== to[path])
    .sort()
    .map(
      (path): Change => ({
        path,
        from: from[path],
        to: to[path],
        kind: 'unsupported',
      }),
    );
  return {
    risk: 'low',
    changes,
    steps: [],
    findings: changes.map(({ path }) => ({
      policy: 'kafka/update',
      effect: 'deny',
      path: `spec.${path}`,
      message: `${path} of an existing topic cannot be changed through the portal yet.`,
    })),
  };
}

function flatten(spec: KafkaTopicSpec | undefined): {
  [path: string]: string | number;
} {
  if (!spec) {
    return {};
  }
  return {
    partitions: spec.partitions,
    replicationFactor: spec.replicationFactor,
    ...Object.fromEntries(
      Object.entries(spec.config).map(([key, value]) => [
        `config.${key}`,
        value,
      ]),
    ),
  };
}
