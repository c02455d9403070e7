import { makeValidator } from '@backstage/catalog-model';
import { ANNOTATION_ENVIRONMENT } from '@data-resources/plugin-data-resources-common';

const { isValidLabelValue } = makeValidator();

/** The environment as a label, where its name is a legal value of one. */
export function environmentLabels(environment: string): Record<string, string> {
  return isValidLabelValue(environment)
    ? { [ANNOTATION_ENVIRONMENT]: environment }
    : {};
}
