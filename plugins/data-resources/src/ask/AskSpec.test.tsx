import {
  renderInTestApp,
  TestApiProvider,
} from '@backstage/frontend-test-utils';
import type { FieldExtensionComponentProps } from '@backstage/plugin-scaffolder-react';
import type { JsonObject } from '@backstage/types';
import type { ResourceType } from '@data-resources/plugin-data-resources-common';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { type FormEvent, useState } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { kafkaTopic } from '../__testUtils__/fixtures';
import { fakeApi } from '../__testUtils__/renderPortal';
import { AskSpec, type AskSpecOptions } from './AskSpec';

const aType = {
  ...kafkaTopic,
  specSchema: {
    type: 'object',
    properties: {
      partitions: { type: 'integer', minimum: 1 },
      note: { type: 'string' },
    },
  },
};

/** Around the field, as the scaffolder's form is. */
function Form({
  options,
  onSubmit,
  calls,
}: {
  options: AskSpecOptions;
  onSubmit(event: FormEvent): void;
  calls: { replace?(spec: JsonObject): void; spec?: JsonObject };
}) {
  const [spec, setSpec] = useState<JsonObject>();
  calls.replace = setSpec;
  calls.spec = spec;
  const props = {
    formData: spec,
    onChange: setSpec,
    formContext: { formData: {} },
    uiSchema: { 'ui:options': options },
  } as unknown as FieldExtensionComponentProps<JsonObject, AskSpecOptions>;
  return (
    <form onSubmit={onSubmit}>
      <AskSpec {...props} />
      <button type="submit">Review</button>
    </form>
  );
}

describe('AskSpec', () => {
  const options = { type: aType.type, start: { partitions: 3 } };

  async function render() {
    let answer = (_types: ResourceType[]) => {};
    let fail = (_error: Error) => {};
    const api = fakeApi({
      getTypes: () =>
        new Promise((resolve, reject) => {
          answer = resolve;
          fail = reject;
        }),
    });
    const submitted = jest.fn((event: FormEvent) => event.preventDefault());
    const calls: Parameters<typeof Form>[0]['calls'] = {};
    await renderInTestApp(
      <TestApiProvider apis={[[dataResourcesApiRef, api]]}>
        <Form options={options} onSubmit={submitted} calls={calls} />
      </TestApiProvider>,
    );
    return {
      submitted,
      calls,
      load: (type: object = aType) =>
        act(async () => answer([type as ResourceType])),
      fail: (message: string) => act(async () => fail(new Error(message))),
    };
  }

  const partitions = () => screen.findByRole('textbox', { name: /partitions/ });
  const review = () => userEvent.click(screen.getByText('Review'));

  it('should hold the form back until its settings are there, and say so', async () => {
    const { submitted, calls, load } = await render();
    await review();
    expect(submitted).not.toHaveBeenCalled();
    expect(
      screen.getByRole<HTMLInputElement>('textbox').validationMessage,
    ).toBe('The settings are being loaded. Try again in a moment');

    await load();
    expect(await partitions()).toHaveValue('3');
    await review();
    expect(submitted).toHaveBeenCalledTimes(1);
    expect(calls.spec).toEqual({ partitions: 3 });
  });

  it('should say why there are no settings, and go on from there', async () => {
    const { submitted, load, fail } = await render();
    await fail('the backend is away');
    expect(screen.getByRole('alert')).toHaveTextContent('the backend is away');
    await review();
    expect(submitted).not.toHaveBeenCalled();

    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    await load();
    expect(await partitions()).toHaveValue('3');
    expect(screen.queryByRole('alert')).toBeNull();
    await review();
    expect(submitted).toHaveBeenCalledTimes(1);
  });

  it('should leave it to the plan to say that there is no such type', async () => {
    const { submitted, load } = await render();
    await load({ ...aType, type: 'another' });
    await review();
    expect(submitted).toHaveBeenCalledTimes(1);
  });

  it('should begin anew where the form gives back what it had before', async () => {
    const { calls, load } = await render();
    await load();
    expect(await partitions()).toHaveValue('3');
    await act(async () => calls.replace!({}));
    expect(await partitions()).toHaveValue('3');
    expect(calls.spec).toEqual({ partitions: 3 });
  });

  it('should leave empty what somebody emptied', async () => {
    const { calls, load } = await render();
    await load();
    await userEvent.clear(await partitions());
    await userEvent.tab();
    await waitFor(() => expect(calls.spec).toEqual({}));
    expect(await partitions()).toHaveValue('');
  });
});
