import type { Organisation } from '../organisation';

/** Somebody in whose name calls are made. */
export interface Role {
  name: string;
  /** Name of the user; without, a service or nobody. */
  user?: string;
  /** Whether a plugin acts on behalf of the user. */
  delegated?: boolean;
  groups: readonly string[];
}

export const organisation: Organisation = {
  users: {
    'payments-dev': ['payments'],
    'payments-lead': ['payments'],
    'logistics-dev': ['logistics'],
    'platform-lead': ['platform'],
    'platform-engineer': ['platform'],
    'security-officer': ['security'],
  },
  components: {
    'payments-api': 'payments',
    'shipping-worker': 'logistics',
    'platform-job': 'platform',
  },
};

function person(name: string, user: string, delegated?: boolean): Role {
  return { name, user, delegated, groups: organisation.users[user] };
}

export const roles: readonly Role[] = [
  person('owner member', 'payments-dev'),
  person('another owner member', 'payments-lead'),
  person('member of another group', 'logistics-dev'),
  person('platform', 'platform-lead'),
  person('another of platform', 'platform-engineer'),
  person('approver', 'security-officer'),
  person('agent of the owner member', 'payments-dev', true),
  person('agent of platform', 'platform-lead', true),
  { name: 'service', groups: [] },
  { name: 'nobody', groups: [] },
];
