import type { Change } from '@data-resources/plugin-data-resources-common';
import { RowTable, type RowTableColumn } from '../components/RowTable';
import { Value } from '../components/Value';
import { WordBadge } from '../components/WordBadge';
import { changeKinds } from '../words/changeKinds';

const order: Change['kind'][] = [
  'destructive',
  'unsupported',
  'in-place',
  'create',
];

const columns: RowTableColumn<Change>[] = [
  {
    id: 'path',
    label: 'What',
    isRowHeader: true,
    render: change => <code>{change.path}</code>,
  },
  {
    id: 'from',
    label: 'Before',
    render: change => <Value value={change.from} />,
  },
  { id: 'to', label: 'After', render: change => <Value value={change.to} /> },
  {
    id: 'kind',
    label: 'Kind',
    shrink: true,
    render: change => <WordBadge word={changeKinds[change.kind]} />,
  },
];

/** Before and after of everything that a plan changes; what is lost stands first. */
export const ChangeTable = (props: { changes: Change[]; label?: string }) =>
  props.changes.length === 0 ? (
    <p>This plan changes nothing.</p>
  ) : (
    <RowTable
      label={props.label ?? 'Changes'}
      columns={columns}
      rows={[...props.changes].sort(
        (a, b) => order.indexOf(a.kind) - order.indexOf(b.kind),
      )}
      rowKey={change => `${change.kind} ${change.path}`}
    />
  );
