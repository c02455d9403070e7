import type { JsonObject } from '@backstage/types';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { kafkaDev } from '../__testUtils__/fixtures';
import { FieldProblemsProvider } from './fieldProblems';
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
    schema: { type: 'string', format: 'multiline' },
    odd: {},
  },
};

const threeNodes = {
  ...kafkaDev,
  topology: { dataCenters: { dc1: 2, dc2: 1 } },
  limits: {},
};

function renderForm(
  start: JsonObject,
  problems: { path: string; message: string }[] = [],
  ofType = schema,
) {
  const seen: JsonObject[] = [];
  const Form = () => {
    const [value, setValue] = useState(start);
    return (
      <FieldProblemsProvider value={problems}>
        <SpecForm
          schema={ofType}
          instance={threeNodes}
          value={value}
          onChange={next => {
            seen.push(next);
            setValue(next);
          }}
        />
      </FieldProblemsProvider>
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

  it('should keep what is being typed when the page is told something new', async () => {
    const form = (problems: { path: string; message: string }[]) => (
      <FieldProblemsProvider value={problems}>
        <SpecForm
          schema={schema}
          value={{ partitions: 12 }}
          onChange={() => {}}
        />
      </FieldProblemsProvider>
    );
    const { rerender } = render(form([]));
    const field = screen.getByRole('textbox', { name: /partitions/ });
    await userEvent.clear(field);
    await userEvent.type(field, '2');
    rerender(form([{ path: 'spec.encoding', message: 'another one' }]));
    await userEvent.type(field, '4');
    expect(field).toHaveValue('24');
  });

  it('should take lines where a text may be long', async () => {
    const last = renderForm({ schema: 'CREATE TABLE t' });
    await userEvent.type(
      screen.getByRole('textbox', { name: /schema/ }),
      ' (\nid int',
    );
    expect(last()).toEqual({ schema: 'CREATE TABLE t (\nid int' });
  });

  it('should say at each field what is wrong with it', () => {
    renderForm({ partitions: 1, config: { 'retention.ms': 'x' } }, [
      { path: 'spec.partitions', message: 'at most 100' },
      { path: 'spec.extensions[1]', message: 'not on the list' },
      { path: 'spec.config["retention.ms"]', message: 'a number' },
      { path: 'spec.config', message: 'too many keys' },
      { path: 'name', message: 'elsewhere' },
    ]);
    const described: [RegExp, string][] = [
      [/partitions/, 'at most 100'],
      [/extensions/, 'not on the list'],
      [/^retention\.ms/, 'a number'],
    ];
    for (const [name, problem] of described) {
      const field = screen.getByRole('textbox', { name });
      expect(field).toBeInvalid();
      expect(field).toHaveAccessibleDescription(
        expect.stringContaining(problem),
      );
    }
    expect(screen.getByRole('group', { name: 'config' })).toHaveTextContent(
      'too many keys',
    );
    expect(screen.getByRole('textbox', { name: /schema/ })).toBeValid();
    expect(screen.queryByText('elsewhere')).not.toBeInTheDocument();
  });

  it('should not ask for an item that is about to be typed', async () => {
    const last = renderForm({});
    const field = screen.getByRole('textbox', { name: /extensions/ });
    await userEvent.type(field, 'citext, ');
    expect(last()).toEqual({ extensions: ['citext'] });
    await userEvent.type(field, 'hstore');
    expect(field).toHaveValue('citext, hstore');
    expect(last()).toEqual({ extensions: ['citext', 'hstore'] });
  });

  it('should tell what the instance allows', () => {
    render(
      <SpecForm
        schema={schema}
        instance={{
          ...kafkaDev,
          limits: { extensions: ['a', 'b'], partitions: 9 },
        }}
        value={{}}
        onChange={() => {}}
      />,
    );
    expect(
      screen.getByRole('textbox', { name: /extensions/ }),
    ).toHaveAccessibleDescription('This instance allows a, b');
    expect(
      screen.getByRole('textbox', { name: /partitions/ }),
    ).toHaveAccessibleDescription('How many. This instance allows at most 9');
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
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Another key of config' }),
      'segment.ms{Enter}',
    );
    await userEvent.keyboard('9');
    expect(last()).toEqual({
      config: { 'cleanup.policy': 'compact', 'segment.ms': '9' },
    });
  });

  it('should have a field for each key that people look for, and leave out what is left empty', async () => {
    const last = renderForm({ partitions: 1 }, [], {
      type: 'object',
      properties: {
        config: {
          type: 'object',
          additionalProperties: { type: 'string' },
          properties: {
            'retention.ms': { type: 'string', description: 'How long' },
            'cleanup.policy': {
              type: 'string',
              examples: ['delete', 'compact'],
            },
          },
        },
      },
    });
    const retention = screen.getByRole('textbox', { name: 'retention.ms' });
    expect(retention).toHaveAccessibleDescription('How long');
    await userEvent.type(retention, '7');
    expect(last()).toEqual({ partitions: 1, config: { 'retention.ms': '7' } });
    await userEvent.clear(retention);
    expect(last()).toEqual({ partitions: 1, config: {} });

    const policy = screen.getByRole('combobox', { name: 'cleanup.policy' });
    await userEvent.click(policy);
    await userEvent.keyboard('{ArrowDown}');
    await userEvent.click(
      await screen.findByRole('option', { name: 'compact' }),
    );
    expect(last()).toMatchObject({ config: { 'cleanup.policy': 'compact' } });
    await userEvent.clear(policy);
    await userEvent.type(policy, 'compact,delete');
    await userEvent.tab();
    expect(last()).toMatchObject({
      config: { 'cleanup.policy': 'compact,delete' },
    });
  });

  it('should offer the keys that there are, and take others', async () => {
    const last = renderForm({}, [], {
      type: 'object',
      properties: {
        replication: {
          type: 'object',
          additionalProperties: { type: 'integer', minimum: 1 },
          'x-topology': 'dataCenters',
        },
        parameters: {
          type: 'object',
          additionalProperties: { type: 'string' },
          propertyNames: { examples: ['work_mem', 'lock_timeout'] },
        },
      },
    });
    const another = () =>
      screen.getByRole('combobox', { name: 'Another key of parameters' });
    await userEvent.type(another(), 'lock');
    expect(screen.getAllByRole('option')).toHaveLength(1);
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(last()).toEqual({ parameters: { lock_timeout: '' } });
    await userEvent.keyboard('5s');
    await userEvent.type(another(), 'jit{Enter}');
    expect(last()).toEqual({ parameters: { lock_timeout: '5s', jit: '' } });
    await userEvent.click(
      screen.getByRole('combobox', { name: 'Another key of replication' }),
    );
    await userEvent.keyboard('d');
    await userEvent.click(await screen.findByRole('option', { name: 'dc2' }));
    expect(last()).toMatchObject({ replication: { dc2: 1 } });
    expect(screen.getByRole('textbox', { name: /^dc2/ })).toHaveValue('1');
    // What is typed then takes the place of what it began with.
    await userEvent.keyboard('3');
    await userEvent.tab();
    expect(last()).toMatchObject({ replication: { dc2: 3 } });
  });

  it('should take numbers in a list, and what is none as it is', async () => {
    const last = renderForm({}, [], {
      type: 'object',
      properties: { brokers: { type: 'array', items: { type: 'integer' } } },
    });
    await userEvent.type(
      screen.getByRole('textbox', { name: /brokers/ }),
      '1, 2, x',
    );
    expect(last()).toEqual({ brokers: [1, 2, 'x'] });
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
