import type {
  Condition,
  Execution,
  Grant,
  ResourcePhase,
} from '@data-resources/plugin-data-resources-common';
import ArchiveIcon from '@material-ui/icons/Archive';
import CachedIcon from '@material-ui/icons/Cached';
import CheckCircleIcon from '@material-ui/icons/CheckCircleOutline';
import DeleteIcon from '@material-ui/icons/DeleteOutline';
import ErrorIcon from '@material-ui/icons/ErrorOutline';
import HelpIcon from '@material-ui/icons/HelpOutline';
import HourglassIcon from '@material-ui/icons/HourglassEmpty';
import WarningIcon from '@material-ui/icons/ReportProblemOutlined';
import type { Word } from './tone';

export const resourcePhases: Record<ResourcePhase, Word> = {
  provisioning: { label: 'Provisioning', tone: 'info', Icon: CachedIcon },
  ready: { label: 'Ready', tone: 'success', Icon: CheckCircleIcon },
  degraded: { label: 'Degraded', tone: 'warning', Icon: WarningIcon },
  quarantined: { label: 'Quarantined', tone: 'warning', Icon: ArchiveIcon },
  deleting: { label: 'Deleting', tone: 'info', Icon: CachedIcon },
  deleted: { label: 'Deleted', tone: 'neutral', Icon: DeleteIcon },
  failed: { label: 'Failed', tone: 'danger', Icon: ErrorIcon },
};

export const grantStates: Record<Grant['state'], Word> = {
  active: { label: 'Active', tone: 'success', Icon: CheckCircleIcon },
  revoked: { label: 'Revoked', tone: 'neutral', Icon: DeleteIcon },
  expired: { label: 'Expired', tone: 'neutral', Icon: ArchiveIcon },
};

export const executionStates: Record<Execution['state'], Word> = {
  pending: { label: 'Pending', tone: 'neutral', Icon: HourglassIcon },
  running: { label: 'Running', tone: 'info', Icon: CachedIcon },
  done: { label: 'Done', tone: 'success', Icon: CheckCircleIcon },
  failed: { label: 'Failed', tone: 'danger', Icon: ErrorIcon },
  unknown: { label: 'Outcome unknown', tone: 'warning', Icon: HelpIcon },
};

/** Of every condition true is good, except of `Drifted`. */
export function conditionWord(condition: Condition): Word {
  if (condition.status === 'unknown') {
    return { label: 'Unknown', tone: 'warning', Icon: HelpIcon };
  }
  const good = (condition.status === 'true') !== (condition.type === 'Drifted');
  return {
    label: condition.status === 'true' ? 'True' : 'False',
    tone: good ? 'success' : 'danger',
    Icon: good ? CheckCircleIcon : ErrorIcon,
  };
}

/** Phases in which the catalog has an entity of the resource. */
export function isCatalogued(phase: ResourcePhase): boolean {
  return ['ready', 'degraded', 'quarantined'].includes(phase);
}

/** Phases that end by themselves. */
export function isMoving(phase: ResourcePhase): boolean {
  return phase === 'provisioning' || phase === 'deleting';
}
