import {
  commentLines,
  textLines,
  type ExportFormat,
} from '@data-resources/plugin-data-resources-node';
import type { KeyspaceSpec } from '../keyspaceSpec';
import { createSteps, grantSteps } from '../plan/steps';
import { connectionOf } from './connectionOf';

/** The statements that make the keyspace, its roles and its logins elsewhere. */
export const cqlExport: ExportFormat<KeyspaceSpec> = {
  id: 'cql',
  title: 'CQL',
  description:
    'Statements that make the keyspace, its roles and logins on another cluster with data centres of the same names, e.g. by cqlsh -f.',
  audience: 'declaration',
  render(input) {
    const { name, spec, grants } = input;
    const { loginDataCenters } = connectionOf(input);
    return {
      fileName: `${name}.cql`,
      language: 'cql',
      text: textLines([
        ...commentLines(
          [
            `${name} on ${input.instance.name}, owned by ${input.owner}`,
            ...(spec.schema === undefined
              ? []
              : [
                  'Its tables as they were asked for; owners may have changed them since',
                ]),
            ...(grants.length > 0
              ? [
                  'The logins can log in once they have a password: ALTER ROLE … WITH PASSWORD = … AND LOGIN = true',
                ]
              : []),
          ],
          '--',
        ),
        ...[
          ...createSteps(name, spec),
          ...grantSteps(name, grants, loginDataCenters),
        ].flatMap(({ title, call }) => [
          '',
          ...commentLines([title], '--'),
          call,
        ]),
      ]),
    };
  },
};
