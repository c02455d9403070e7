import { createFormField } from '@backstage/plugin-scaffolder-react/alpha';
import { AskSpec } from './AskSpec';
import { validateSpec } from './validateSpec';

/** `ui:field: DataResourceSpec` of a template. */
export const askSpecField = createFormField({
  name: 'DataResourceSpec',
  component: AskSpec,
  validation: validateSpec,
});
