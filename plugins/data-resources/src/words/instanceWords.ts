import type { InstanceCondition } from '@data-resources/plugin-data-resources-common';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import CloudOffIcon from '@material-ui/icons/CloudOff';
import ErrorIcon from '@material-ui/icons/ErrorOutline';
import WarningIcon from '@material-ui/icons/ReportProblemOutlined';
import type { Word } from './tone';

export function reachability(isReachable: boolean): Word {
  return isReachable
    ? { label: 'Reachable', tone: 'success', Icon: CheckCircleIcon }
    : { label: 'Unreachable', tone: 'danger', Icon: CloudOffIcon };
}

export const conditionStatus: Record<InstanceCondition['status'], Word> = {
  ok: { label: 'OK', tone: 'success', Icon: CheckCircleIcon },
  warn: { label: 'Warning', tone: 'warning', Icon: WarningIcon },
  error: { label: 'Error', tone: 'danger', Icon: ErrorIcon },
};
