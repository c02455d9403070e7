import { Button } from '@backstage/ui';
import { useState } from 'react';
import { RowTable } from '../components/RowTable';
import { Value } from '../components/Value';
import { measureValue, type MeasureTable } from '../words/measures';

/** Of very many things so many are shown at first. */
const SHOWN = 10;

/** Figures of the parts of a resource, such as the tables of a keyspace: a row for each part. */
export const FiguresOfParts = ({ table }: { table: MeasureTable }) => {
  const { label, figures, things } = table;
  const [isOpen, setOpen] = useState(false);
  const folds = things.length > SHOWN + 5;

  return (
    <div>
      <RowTable
        label={`Figures by ${label}`}
        columns={[
          {
            id: 'thing',
            label: label.charAt(0).toLocaleUpperCase('en-US') + label.slice(1),
            isRowHeader: true,
            render: thing => <code>{thing.name}</code>,
          },
          ...figures.map(({ name, title }) => ({
            id: name,
            label: title,
            wraps: true,
            render: ({ measures }: MeasureTable['things'][number]) => {
              const found = measures.find(each => each.name === name);
              return found ? measureValue(found) : <Value value={undefined} />;
            },
          })),
        ]}
        rows={folds && !isOpen ? things.slice(0, SHOWN) : things}
        rowKey={thing => thing.name}
      />
      {folds && (
        <Button
          variant="tertiary"
          size="small"
          aria-expanded={isOpen}
          onPress={() => setOpen(!isOpen)}
        >
          {isOpen ? `Show the first ${SHOWN}` : `Show all ${things.length}`}
        </Button>
      )}
    </div>
  );
};
