import WarningIcon from '@material-ui/icons/ReportProblemOutlined';
import type { Word } from './tone';

/** A setting is declared one way and observed another. */
export const settingDiffers: Word = {
  label: 'Differs',
  tone: 'warning',
  Icon: WarningIcon,
};
