import type { Measure } from '@data-resources/plugin-data-resources-common';
import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { someUse } from '../__testUtils__/fixtures';
import { LiveUseTables } from './LiveUseTables';

const size = (table: string, value: number): Measure => ({
  name: 'table-size',
  title: 'Size of a table',
  value,
  unit: 'bytes',
  labels: { table },
});

const reads = (table: string, value: number): Measure => ({
  name: 'reads',
  title: 'Slowest reads of a table',
  value,
  unit: 'seconds',
  labels: { table },
});

const names = (table: HTMLElement) =>
  within(table)
    .getAllByRole('rowheader')
    .map(({ textContent }) => textContent);

describe('LiveUseTables', () => {
  it('should have a row for each part of which there are figures', () => {
    render(
      <LiveUseTables
        use={someUse({
          measures: [
            { name: 'size', title: 'Size on disk', value: 3072, unit: 'bytes' },
            size('notes', 1024),
            size('users', 2048),
            reads('users', 0.0042),
          ],
        })}
      />,
    );
    const table = screen.getByRole('table', { name: 'Figures by table' });
    expect(
      within(table).getByRole('row', { name: /^users/ }),
    ).toHaveTextContent(/2 KiB.*4\.2 ms/);
    expect(
      within(table).getByRole('row', { name: /^notes/ }),
    ).toHaveTextContent(/1 KiB.*nothing/);
    expect(screen.getByText('Size on disk')).toBeInTheDocument();
    expect(screen.queryByText(/\(table/)).not.toBeInTheDocument();
  });

  it('should begin with some of very many parts', async () => {
    const all = Array.from({ length: 40 }, (_, index) => `t${index}`);
    render(
      <LiveUseTables
        use={someUse({ measures: all.map(name => size(name, 1)) })}
      />,
    );
    const table = screen.getByRole('table', { name: 'Figures by table' });
    expect(names(table)).toEqual(all.slice(0, 10));
    await userEvent.click(screen.getByRole('button', { name: 'Show all 40' }));
    expect(names(table)).toEqual(all);
  });
});
