import { createBody, deleteBody, restoreBody, type Action } from './Action';

/** The way back out of quarantine. */
export const restore: Action = {
  name: 'restore',
  async prepare(lab, item) {
    await lab.calmly(item, createBody(item));
    await lab.calmly(item, deleteBody(item));
  },
  request: async (_lab, item) => restoreBody(item),
};
