import {
  fieldPath,
  type Finding,
} from '@data-resources/plugin-data-resources-node';
import { checkOnServer } from '../type/serverSettings';
import type { ServerFacts } from './facts';
import { deny } from './findings';

/** Whether the server knows the parameters, lets a database have them, and takes the values. */
export function parameterFindings(
  parameters: { [name: string]: string },
  { parameters: known, model }: ServerFacts,
  version: string | undefined,
): Finding[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const path = fieldPath(['spec', 'parameters', name]);
    if (!known.includes(name)) {
      return deny(
        'unknown-parameter',
        path,
        `PostgreSQL ${version} has no parameter ${name}; leave it out`,
      );
    }
    const setting = model.settings.find(each => each.name === name);
    const problem = setting && checkOnServer(setting, value);
    return problem ? deny('parameter-value', path, problem) : [];
  });
}
