import { plantObject } from '../witnesses';
import type { Action } from './Action';

/** What somebody made without the portal, and that is taken over as it is. */
export const adopt: Action = {
  name: 'adopt',
  people: { asks: 'platform-engineer', approves: 'payments-lead' },
  prepare: (lab, item) => plantObject[item.kind.name](lab.description, item),
  request: async (_lab, { kind, name }) => ({
    action: 'adopt',
    type: kind.type,
    instance: kind.instance,
    name,
    owner: 'group:default/payments',
  }),
};
