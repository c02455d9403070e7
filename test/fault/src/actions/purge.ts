import { createBody, deleteBody, type Action } from './Action';

/** The second half of a deletion: the object, its roles and its logins go. */
export const purge: Action = {
  name: 'purge',
  async prepare(lab, item) {
    await lab.calmly(item, createBody(item));
    await lab.calmly(item, deleteBody(item));
  },
  request: async (_lab, item) => deleteBody(item),
};
