import { InputError } from '@backstage/errors';
import { createTemplateFilter } from '@backstage/plugin-scaffolder-node/alpha';

/**
 * The filter `toMap`, which makes one object of a list of pairs. A form's list is easy to fill in;
 * the engines' specs want the object.
 */
export const toMap = createTemplateFilter({
  id: 'toMap',
  description: 'Makes one object of a list of objects with a key and a value',
  schema: z =>
    z
      .function()
      .args(
        z.array(z.record(z.any())).describe('the list'),
        z.string().describe('the field that holds the key'),
        z.string().describe('the field that holds the value'),
      )
      .returns(z.record(z.any())),
  examples: [
    {
      description: 'Replicas per data centre',
      example: `- id: log
  name: Show the replication
  action: debug:log
  input:
    extra: \${{ parameters.replication | toMap('dataCenter', 'replicas') }}`,
    },
  ],
  filter: (list, keyField, valueField) => {
    const map = new Map<string, unknown>();
    for (const item of list) {
      const key = item[keyField];
      if (typeof key !== 'string' || key === '') {
        throw new InputError(
          `${keyField} is missing in ${JSON.stringify(item)}`,
        );
      }
      if (map.has(key)) {
        throw new InputError(`${keyField} ${key} is given twice`);
      }
      map.set(key, item[valueField]);
    }
    return Object.fromEntries(map);
  },
});
