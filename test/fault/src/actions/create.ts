import { createBody, type Action } from './Action';

/** A new object with access for one workload. */
export const create: Action = {
  name: 'create',
  prepare: async () => {},
  request: async (_lab, item) => createBody(item),
};
