import type {
  DataRequest,
  Plan,
} from '@data-resources/plugin-data-resources-common';

/** What an approval does: "Approve (1 more needed)", "Approve and delete", "Approve and apply". */
export function approveVerb(request: DataRequest, plan: Plan): string {
  const open = plan.approval.required.reduce(
    (sum, { count, given }) => sum + Math.max(0, count - given),
    0,
  );
  if (open > 1) {
    return `Approve (${open - 1} more needed)`;
  }
  return request.action === 'delete'
    ? 'Approve and delete'
    : 'Approve and apply';
}
