import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import type { JsonObject } from '@backstage/types';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import type { AskSpecOptions } from './AskSpec';
import { createInput } from './createInput';

/** A form goes no further with what would be refused when it is sent. */
export const validateSpec: CustomFieldValidator<
  JsonObject,
  AskSpecOptions
> = async (spec, field, { apiHolder, formData, uiSchema }) => {
  const api = apiHolder.get(dataResourcesApiRef);
  const input = createInput(uiSchema?.['ui:options']?.type ?? '', {
    ...formData,
    spec,
  });
  if (!api || !input) {
    return;
  }
  const isRefused = await api.createPlan(input).then(
    plan => plan.findings.some(({ effect }) => effect === 'deny'),
    () => true,
  );
  if (isRefused) {
    field.addError('would be refused; the fields and the plan say why');
  }
};
