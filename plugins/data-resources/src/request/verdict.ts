import type {
  DataRequest,
  Execution,
} from '@data-resources/plugin-data-resources-common';

/** How a request stands, for the head of its page. */
export interface Verdict {
  status: 'info' | 'success' | 'warning' | 'danger';
  title: string;
  detail?: string;
}

export function verdictOf(request: DataRequest): Verdict {
  const done = request.execution.filter(step => step.state === 'done').length;
  const all = request.plan.steps.length;

  switch (request.state) {
    case 'pending':
      return { status: 'warning', title: 'Waits for a decision' };
    case 'approved':
      return request.waiting
        ? { status: 'warning', title: 'Approved, and waits to be carried out' }
        : { status: 'info', title: 'Approved: it is carried out next' };
    case 'executing':
      return request.waiting
        ? {
            status: 'warning',
            title: `Waits to be carried on: ${done} of ${all} steps are done`,
          }
        : {
            status: 'info',
            title: `Is being carried out: ${done} of ${all} steps are done`,
          };
    case 'completed':
      return {
        status: 'success',
        title: 'Completed: everything was carried out',
      };
    case 'failed':
      return {
        status: 'danger',
        title: `Failed: ${done} of ${all} steps were done`,
        detail: firstError(request),
      };
    case 'rejected':
      return {
        status: 'danger',
        title: 'Rejected',
        detail: request.decisions.find(({ effect }) => effect === 'reject')
          ?.comment,
      };
    case 'withdrawn':
      return { status: 'info', title: 'Withdrawn: nothing was changed' };
    default:
      return {
        status: 'info',
        title: 'Expired: nobody decided in time, and nothing was changed',
      };
  }
}

function firstError(request: DataRequest): string | undefined {
  const failed: Execution | undefined = request.execution.find(
    step => step.error && step.state !== 'done',
  );
  if (!failed?.error) {
    return undefined;
  }
  const title =
    request.plan.steps.find(step => step.id === failed.stepId)?.title ??
    failed.stepId;
  return `${title}: ${failed.error.message} (${failed.error.reason})`;
}
