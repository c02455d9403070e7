import { createBody, deleteBody, type Action } from './Action';

/** The first half of a deletion: nobody reaches the object any more. */
export const quarantine: Action = {
  name: 'quarantine',
  prepare: (lab, item) => lab.calmly(item, createBody(item)),
  request: async (_lab, item) => deleteBody(item),
};
