import type { ApiHolder } from '@backstage/core-plugin-api';
import { apiError } from '../__testUtils__/apiError';
import { aPlan } from '../__testUtils__/fixtures';
import { fakeApi } from '../__testUtils__/renderPortal';
import { validateSpec } from './validateSpec';

const form = {
  instance: 'resource:default/kafka-dev',
  name: 'orders',
  owner: 'group:default/payments',
  reason: 'Why not',
};

async function errorsOf(
  createPlan: () => Promise<ReturnType<typeof aPlan>>,
  formData = form,
) {
  const api = fakeApi({ createPlan });
  const addError = jest.fn();
  await validateSpec({ partitions: 3 }, { addError } as never, {
    apiHolder: { get: () => api } as unknown as ApiHolder,
    formData,
    schema: {},
    uiSchema: { 'ui:options': { type: 'kafka-topic' } },
  });
  return { api, errors: addError.mock.calls.flat() };
}

describe('validateSpec', () => {
  it('should let a form on whose plan nobody objects to', async () => {
    const { api, errors } = await errorsOf(async () => aPlan());
    expect(errors).toEqual([]);
    expect(api.createPlan).toHaveBeenCalledWith(
      expect.objectContaining({
        action: 'create',
        type: 'kafka-topic',
        instance: 'kafka-dev',
        name: 'orders',
        owner: 'group:default/payments',
        reason: 'Why not',
        spec: { partitions: 3 },
      }),
    );
  });

  it('should stop a form that a policy denies', async () => {
    const { errors } = await errorsOf(async () =>
      aPlan({
        findings: [{ policy: 'p', effect: 'deny', message: 'Too many' }],
      }),
    );
    expect(errors).toEqual([
      'would be refused; the fields and the plan say why',
    ]);
  });

  it('should stop a form that cannot be planned', async () => {
    const { errors } = await errorsOf(async () => {
      throw await apiError(400, { name: 'InputError', message: 'Wrong' });
    });
    expect(errors).toHaveLength(1);
  });

  it('should not ask before it is said whose it is', async () => {
    const { api, errors } = await errorsOf(async () => aPlan(), {
      ...form,
      owner: '',
    });
    expect(errors).toEqual([]);
    expect(api.createPlan).not.toHaveBeenCalled();
  });
});
