import { createBody, updateBody, type Action } from './Action';

/** Another spec for an object with access. */
export const update: Action = {
  name: 'update',
  prepare: (lab, item) => lab.calmly(item, createBody(item)),
  request: async (_lab, item) => updateBody(item),
};
