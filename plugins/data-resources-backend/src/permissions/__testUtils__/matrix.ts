import type { TestCaller } from '../../__testUtils__/httpAuth';

/** Somebody who calls; `undefined` is nobody. */
export interface Role {
  title: string;
  caller: TestCaller | undefined;
}

/**
 * The people around a request of payments-dev for a box of payments, which platform decides. The
 * last one made the request that they call about.
 */
export const ROLES: readonly Role[] = [
  { title: 'nobody', caller: undefined },
  { title: 'a service', caller: 'service' },
  { title: 'member of another group', caller: 'logistics-dev' },
  { title: 'requester', caller: 'payments-dev' },
  { title: 'member of the owner group', caller: 'payments-lead' },
  { title: 'member of platform', caller: 'platform-lead' },
  { title: 'approver of another request', caller: 'security-officer' },
  {
    title: 'template for the requester',
    caller: { user: 'payments-dev', actor: 'plugin:scaffolder' },
  },
  {
    title: 'template for one of platform',
    caller: { user: 'platform-lead', actor: 'plugin:scaffolder' },
  },
  {
    title: 'requester who is of platform',
    caller: 'platform-engineer',
  },
];

/** One endpoint, or one kind of call of it. */
export interface Row {
  endpoint: string;
  /** Names of the permissions that are needed, without what all of them begin with. */
  permissions: readonly string[];
  /** The answer to each of the roles, in their order. */
  answers: readonly number[];
}

/** Every endpoint for every role, where the permission policy allows everything. */
export const MATRIX: readonly Row[] = [
  row('GET /types', [], '401 403 200 200 200 200 200 200 200 200'),
  row('GET /instances', [], '401 403 200 200 200 200 200 200 200 200'),
  row(
    'POST /plans',
    ['request.create'],
    '401 403 403 200 200 200 403 200 200 200',
  ),
  row(
    'POST /requests: create',
    ['request.create'],
    '401 403 403 201 201 201 403 201 201 201',
  ),
  row(
    'POST /requests: update',
    ['request.create', 'resource.read', 'resource.update'],
    '401 403 403 201 201 201 403 201 201 201',
  ),
  row(
    'POST /requests: restore',
    ['request.create', 'resource.read', 'resource.delete'],
    '401 403 403 201 201 201 403 201 201 201',
  ),
  row(
    'POST /requests: delete',
    ['request.create', 'resource.read', 'resource.delete'],
    '401 403 403 201 201 201 403 201 201 201',
  ),
  row(
    'POST /requests: grant',
    ['request.create', 'resource.read', 'resource.update'],
    '401 403 201 201 201 403 403 201 403 403',
  ),
  row(
    'POST /requests: revoke',
    ['request.create', 'resource.read', 'resource.update'],
    '401 403 403 201 201 201 403 201 201 201',
  ),
  row(
    'GET /requests',
    ['request.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /requests/{id}',
    ['request.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'POST /requests/{id}/approve',
    ['request.read', 'request.decide'],
    '401 403 403 403 403 200 403 403 403 403',
  ),
  row(
    'POST /requests/{id}/reject',
    ['request.read', 'request.decide'],
    '401 403 403 403 403 200 403 403 403 403',
  ),
  row(
    'POST /requests/{id}/withdraw',
    ['request.read', 'request.withdraw'],
    '401 403 403 200 200 403 403 200 403 200',
  ),
  row(
    'POST /requests/{id}/retry',
    ['request.read', 'request.withdraw'],
    '401 403 403 200 200 200 403 200 200 200',
  ),
  row(
    'POST /requests: adopt',
    ['request.create'],
    '401 403 403 403 403 201 403 403 201 201',
  ),
  // What each request and each approval comes to is told in the answer.
  row(
    'POST /request-batches',
    ['request.create'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'POST /request-batches/{id}/approve',
    ['request.read', 'request.decide'],
    '401 403 200 200 200 200 200 403 403 200',
  ),
  row(
    'GET /resources',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /resources/{id}',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /resources/{id}/grants',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /resources/{id}/use',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /resources/{id}/exports',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /resources/{id}/exports/{exportId}',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'GET /resources/{id}/history',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  row(
    'POST /resources/{id}/credentials',
    ['resource.read', 'resource.credentials'],
    '401 403 403 200 200 403 403 403 403 403',
  ),
  row(
    'GET /discoveries',
    ['resource.read'],
    '401 403 200 200 200 200 200 200 200 200',
  ),
  // Who is not of platform needs `audit.read`, which counts where permissions are switched on.
  row('GET /audit', [], '401 403 403 403 403 200 403 403 200 200'),
  row('GET /audit/verify', [], '401 403 403 403 403 200 403 403 200 200'),
  row('GET /feed', [], '401 200 403 403 403 403 403 403 403 403'),
];

function row(
  endpoint: string,
  permissions: readonly string[],
  answers: string,
): Row {
  return { endpoint, permissions, answers: answers.split(' ').map(Number) };
}

/** The matrix as the documentation has it. */
export function matrixMarkdown(): string {
  const lines = [
    ['endpoint', 'permissions', ...ROLES.map(({ title }) => title)],
    ['---', '---', ...ROLES.map(() => '---')],
    ...MATRIX.map(({ endpoint, permissions, answers }) => [
      `\`${endpoint}\``,
      permissions.map(name => `\`${name}\``).join(', ') || 'none',
      ...answers.map(String),
    ]),
  ];
  return lines.map(cells => `| ${cells.join(' | ')} |`).join('\n');
}
