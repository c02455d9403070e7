import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Statement } from './Statement';

const text = Array.from(
  { length: 40 },
  (_, i) => `GRANT "r${i}" TO "me";`,
).join('\n');

describe('Statement', () => {
  it('should begin with the first lines of a long one, and show all when asked to', async () => {
    render(<Statement title="Grants" text={text} folds />);
    const button = screen.getByRole('button', { name: 'Show all 40 lines' });
    expect(button).toHaveAttribute('aria-expanded', 'false');
    await userEvent.click(button);
    expect(screen.getByRole('button', { name: 'Show less' })).toHaveAttribute(
      'aria-expanded',
      'true',
    );
    expect(screen.getByRole('figure', { name: 'Grants' })).toHaveTextContent(
      'GRANT "r39" TO "me";',
    );
  });

  it('should not fold a short one, nor one that stands alone', () => {
    render(<Statement title="One" text="GRANT a TO b;" folds />);
    render(<Statement title="Manifest" text={text} />);
    expect(screen.queryByRole('button', { name: /Show all/ })).toBeNull();
  });
});
