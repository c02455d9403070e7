import type { JsonObject } from '@backstage/types';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { SpecForm } from './SpecForm';
import type { SpecSchema } from './specSchema';

const schema: SpecSchema = {
  type: 'object',
  required: ['partitions'],
  properties: {
    partitions: { type: 'integer', minimum: 1, description: 'How many' },
    encoding: { type: 'string', enum: ['UTF8', 'LATIN1'] },
    durableWrites: { type: 'boolean' },
    extensions: { type: 'array', items: { type: 'string' } },
    config: { type: 'object', additionalProperties: { type: 'string' } },
    parameters: {
      type: 'object',
      additionalProperties: {
        anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
      },
    },
    schema: { type: 'string', maxLength: 20_000 },
    odd: {},
  },
};

function renderForm(start: JsonObject) {
  const seen: JsonObject[] = [];
  const Form = () => {
    const [value, setValue] = useState(start);
    return (
      <SpecForm
        schema={schema}
        value={value}
        onChange={next => {
          seen.push(next);
          setValue(next);
        }}
      />
    );
  };
  render(<Form />);
  return () => seen[seen.length - 1];
}

describe('SpecForm', () => {
  it('should be filled with what is declared', () => {
    renderForm({
      partitions: 12,
      encoding: 'UTF8',
      durableWrites: true,
      extensions: ['pgcrypto', 'citext'],
      config: { 'retention.ms': '1000' },
      parameters: { work_mem: '16MB' },
    });
    expect(screen.getByRole('textbox', { name: /work_mem/ })).toHaveValue(
      '16MB',
    );
    expect(screen.getByRole('textbox', { name: /partitions/ })).toHaveValue(
      '12',
    );
    expect(
      screen.getByRole('checkbox', { name: 'durableWrites' }),
    ).toBeChecked();
    expect(screen.getByRole('textbox', { name: /extensions/ })).toHaveValue(
      'pgcrypto, citext',
    );
    expect(screen.getByRole('textbox', { name: /retention\.ms/ })).toHaveValue(
      '1000',
    );
  });

  it('should change one field and keep the others', async () => {
    const last = renderForm({ partitions: 12, durableWrites: true });
    const field = screen.getByRole('textbox', { name: /partitions/ });
    await userEvent.clear(field);
    await userEvent.type(field, '24');
    await userEvent.tab();
    expect(last()).toEqual({ partitions: 24, durableWrites: true });
  });

  it('should take lines where a text may be long', async () => {
    const last = renderForm({ schema: 'CREATE TABLE t' });
    await userEvent.type(
      screen.getByRole('textbox', { name: /schema/ }),
      ' (\nid int',
    );
    expect(last()).toEqual({ schema: 'CREATE TABLE t (\nid int' });
  });

  it('should leave out what is emptied', async () => {
    const last = renderForm({ partitions: 1, extensions: ['x'] });
    await userEvent.clear(screen.getByRole('textbox', { name: /extensions/ }));
    expect(last()).toEqual({ partitions: 1 });
  });

  it('should add and take away keys of a map', async () => {
    const last = renderForm({ config: { 'retention.ms': '1000' } });
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Another key of config' }),
      'cleanup.policy',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Add to config' }),
    );
    await userEvent.type(
      screen.getByRole('textbox', { name: /^cleanup\.policy/ }),
      'compact',
    );
    await userEvent.click(
      screen.getByRole('button', { name: 'Remove retention.ms' }),
    );
    expect(last()).toEqual({ config: { 'cleanup.policy': 'compact' } });
  });

  it('should take JSON for what no field is made for', async () => {
    const last = renderForm({});
    const field = screen.getByRole('textbox', { name: /^odd/ });
    await userEvent.click(field);
    await userEvent.paste('{"a": [1');
    expect(screen.getByText(/not JSON yet/)).toBeInTheDocument();
    await userEvent.paste(']}');
    expect(last()).toEqual({ odd: { a: [1] } });
  });
});
