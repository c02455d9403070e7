import {
  fieldPath,
  type Finding,
} from '@data-resources/plugin-data-resources-node';
import { checkName } from '../type/namedOnServer';
import { checkOnServer } from '../type/serverSettings';
import type { ServerFacts } from './facts';
import { deny, warn } from './findings';

/** Whether the server knows the parameters, lets a database have them, and takes the values. */
export function parameterFindings(
  parameters: { [name: string]: string },
  { parameters: known, model }: ServerFacts,
  {
    version,
    isEmpty,
  }: {
    version: string | undefined;
    /** Whether nothing is in the database but what PostgreSQL has put there. */
    isEmpty: boolean;
  },
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
    if (problem) {
      return deny('parameter-value', path, problem);
    }
    const missing = checkName(name, value, model.names ?? {});
    if (!missing) {
      return [];
    }
    return name === 'default_text_search_config' && !isEmpty
      ? warn(
          'parameter-value',
          path,
          `${missing}. The database may have one of its own; if not, sessions there go on with the server's`,
        )
      : deny('parameter-value', path, missing);
  });
}
