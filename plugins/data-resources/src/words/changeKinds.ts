import type { Change } from '@data-resources/plugin-data-resources-common';
import AddIcon from '@material-ui/icons/Add';
import BlockIcon from '@material-ui/icons/Block';
import EditIcon from '@material-ui/icons/EditOutlined';
import RemoveIcon from '@material-ui/icons/DeleteOutline';
import type { Word } from './tone';

export const changeKinds: Record<Change['kind'], Word> = {
  create: { label: 'Adds', tone: 'success', Icon: AddIcon },
  'in-place': { label: 'Changes', tone: 'info', Icon: EditIcon },
  destructive: { label: 'Removes', tone: 'danger', Icon: RemoveIcon },
  unsupported: { label: 'Not supported', tone: 'danger', Icon: BlockIcon },
};
