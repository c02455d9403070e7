import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';
import type { DatabaseSpec } from '../type/specSchema';
import { serverFacts } from './facts';
import { denyForNow, info } from './findings';

/** Where the last dump will lie, or why none can be made, without which nothing is dropped. */
export function dumpFindings({
  object: { name },
  instance,
}: PlanInput<DatabaseSpec>): Finding[] {
  const { dump } = serverFacts(instance.facts);
  if (!dump) {
    return [];
  }
  return dump.problem === undefined
    ? [
        info(
          'dump',
          'name',
          `A last dump of ${name} is written to ${dump.folder} before it is dropped, which only the backend’s user can read. It holds all data, and no roles or passwords; nobody removes it`,
        ),
      ]
    : [
        denyForNow(
          'dump',
          'name',
          `No last dump of ${name} can be made, and without one it is not dropped: ${dump.problem}`,
        ),
      ];
}
