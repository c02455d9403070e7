import { createBody, revokeBody, type Action } from './Action';

/** The last access to an object, with the logins that nothing else needs. */
export const revoke: Action = {
  name: 'revoke',
  prepare: (lab, item) => lab.calmly(item, createBody(item)),
  request: async (lab, item) => revokeBody(lab, item),
};
