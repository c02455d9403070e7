import { Skeleton } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './RowTable.module.css';

/** One column of a {@link RowTable}. */
export interface RowTableColumn<T> {
  id: string;
  label: string;
  render(row: T): ReactNode;
  /** The cell that names the row. */
  isRowHeader?: boolean;
  /** As narrow as its content. */
  shrink?: boolean;
  /** Its label is long, and goes on in the next line. */
  wraps?: boolean;
}

/**
 * A table of rows to read, with links and buttons in its cells. It is a plain table and no grid
 * widget: screen readers read it by row and column, Tab goes from link to link. In a narrow place
 * every row becomes a block of labelled values.
 */
export function RowTable<T>(props: {
  /** What the table lists; it is its name for screen readers. */
  label: string;
  columns: RowTableColumn<T>[];
  /** Undefined while the first rows are being loaded. */
  rows?: readonly T[];
  rowKey(row: T): string;
  /** The rows answer an earlier question. */
  isStale?: boolean;
}) {
  const { columns, rows } = props;

  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-busy={props.isStale || !rows}>
        <caption className={styles.caption}>{props.label}</caption>
        <thead>
          <tr>
            {columns.map(column => (
              <th
                key={column.id}
                scope="col"
                data-shrink={column.shrink}
                data-wraps={column.wraps}
              >
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            ? rows.map(row => (
                <tr key={props.rowKey(row)}>
                  {columns.map(column => (
                    <RowCell key={column.id} column={column}>
                      {column.render(row)}
                    </RowCell>
                  ))}
                </tr>
              ))
            : [1, 2, 3, 4, 5].map(index => (
                <tr key={index} aria-hidden>
                  {columns.map(column => (
                    <RowCell key={column.id} column={column}>
                      <Skeleton width={column.shrink ? 72 : '70%'} />
                    </RowCell>
                  ))}
                </tr>
              ))}
        </tbody>
      </table>
    </div>
  );
}

function RowCell<T>(props: { column: RowTableColumn<T>; children: ReactNode }) {
  const { column } = props;
  if (column.isRowHeader) {
    return <th scope="row">{props.children}</th>;
  }
  return (
    <td data-shrink={column.shrink} data-wraps={column.wraps}>
      <span className={styles.narrowLabel} aria-hidden>
        {column.label}
      </span>
      <div>{props.children}</div>
    </td>
  );
}
