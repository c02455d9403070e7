import type { ExplainedStatement, PlanNode } from './PlanLog';

/** Tables that grow with use. */
const BIG = new Set([
  'requests',
  'request_plans',
  'request_approvers',
  'decisions',
  'operations',
  'resources',
  'grants',
  'reservations',
  'audit',
  'outbox',
]);

/** Rows that one node of a plan may look at: some pages, and never a share of a table. */
export const ROWS_AT_MOST = 6_000;
/** Rows that may be sorted. */
export const SORTED_AT_MOST = 6_000;

/** What is wrong with how a statement was done; nothing where it is as it should be. */
export function judgePlan({ plan, sql }: ExplainedStatement): string[] {
  return [...new Set(problemsOf(plan))].map(
    problem => `${problem}: ${sql.replace(/\s+/g, ' ').slice(0, 400)}`,
  );
}

function problemsOf(node: PlanNode): string[] {
  const problems: string[] = [];
  const {
    'Node Type': type,
    'Relation Name': relation = '',
    'Actual Loops': loops = 1,
    Plans: children = [],
  } = node;
  const rows = loops * (node['Actual Rows'] ?? 0);
  const removed =
    loops *
    ((node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Join Filter'] ?? 0));
  if (type === 'Seq Scan' && BIG.has(relation)) {
    problems.push(`reads all of ${relation}`);
  } else if (rows + removed > ROWS_AT_MOST) {
    problems.push(
      `${type} of ${relation || 'rows'} ${node['Index Name'] ?? ''} looks at ${
        rows + removed
      } rows`,
    );
  }
  if (type.includes('Sort')) {
    const sorted = children.reduce(
      (sum, child) =>
        sum + (child['Actual Loops'] ?? 1) * (child['Actual Rows'] ?? 0),
      0,
    );
    if (sorted > SORTED_AT_MOST) {
      problems.push(`sorts ${sorted} rows`);
    }
  }
  return [...problems, ...children.flatMap(problemsOf)];
}
