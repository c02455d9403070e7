import type {
  DataRequest,
  Finding,
  Plan,
  RequestAction,
  RequestState,
} from '@data-resources/plugin-data-resources-common';
import BlockIcon from '@material-ui/icons/Block';
import CachedIcon from '@material-ui/icons/Cached';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import ErrorIcon from '@material-ui/icons/ErrorOutline';
import HourglassIcon from '@material-ui/icons/HourglassEmpty';
import InfoIcon from '@material-ui/icons/InfoOutlined';
import LowIcon from '@material-ui/icons/ArrowDownward';
import HighIcon from '@material-ui/icons/PriorityHigh';
import MediumIcon from '@material-ui/icons/Remove';
import ThumbUpIcon from '@material-ui/icons/ThumbUpAltOutlined';
import TimerOffIcon from '@material-ui/icons/TimerOff';
import UndoIcon from '@material-ui/icons/Undo';
import WarningIcon from '@material-ui/icons/ReportProblemOutlined';
import { entityName } from './entityName';
import type { Word } from './tone';

export const requestStates: Record<RequestState, Word> = {
  pending: { label: 'Pending', tone: 'warning', Icon: HourglassIcon },
  approved: { label: 'Approved', tone: 'info', Icon: ThumbUpIcon },
  executing: { label: 'Executing', tone: 'info', Icon: CachedIcon },
  completed: { label: 'Completed', tone: 'success', Icon: CheckCircleIcon },
  failed: { label: 'Failed', tone: 'danger', Icon: ErrorIcon },
  rejected: { label: 'Rejected', tone: 'danger', Icon: BlockIcon },
  withdrawn: { label: 'Withdrawn', tone: 'neutral', Icon: UndoIcon },
  expired: { label: 'Expired', tone: 'neutral', Icon: TimerOffIcon },
};

/** States that nothing follows on by itself or by a person. */
export function isFinal(state: RequestState): boolean {
  return ['completed', 'rejected', 'withdrawn', 'expired'].includes(state);
}

export const risks: Record<Plan['risk'], Word> = {
  low: { label: 'Low risk', tone: 'neutral', Icon: LowIcon },
  medium: { label: 'Medium risk', tone: 'warning', Icon: MediumIcon },
  high: { label: 'High risk', tone: 'danger', Icon: HighIcon },
};

export const findingEffects: Record<Finding['effect'], Word> = {
  deny: { label: 'Deny', tone: 'danger', Icon: BlockIcon },
  warn: { label: 'Warn', tone: 'warning', Icon: WarningIcon },
  info: { label: 'Info', tone: 'info', Icon: InfoIcon },
};

export const requestActions: Record<RequestAction, string> = {
  create: 'Create',
  update: 'Update',
  delete: 'Delete',
  restore: 'Restore',
  grant: 'Grant access',
  revoke: 'Revoke access',
  adopt: 'Adopt',
};

/** One line that says what a request is about, e.g. "Create orders". */
export function requestTitle(request: DataRequest): string {
  const { action, name, input } = request;
  const who = input.principal ? ` to ${entityName(input.principal)}` : '';
  if (action === 'grant') {
    return `Grant ${input.role ?? 'access'} on ${name}${who}`;
  }
  if (action === 'revoke') {
    return `Revoke access to ${name}`;
  }
  return `${requestActions[action]} ${name}`;
}
