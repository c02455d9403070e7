import { createBody, grantBody, type Action } from './Action';

/** The first access to an object, with the logins that it needs. */
export const grant: Action = {
  name: 'grant',
  prepare: (lab, item) =>
    lab.calmly(item, createBody(item, { granted: false })),
  request: async (_lab, item) => grantBody(item),
};
