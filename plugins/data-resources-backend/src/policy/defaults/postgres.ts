import type { DefaultPolicy } from './DefaultPolicy';

/** Good practice for PostgreSQL, beyond what the server itself demands. */
export const postgresDefaults: readonly DefaultPolicy[] = [
  {
    name: 'postgres/no-connection-limit',
    match: {
      types: ['postgres-database'],
      actions: ['create', 'update', 'adopt'],
    },
    // Where the instance has a limit, none at all is refused by it.
    when: '!instance.production && !has(instance.limits.connectionLimit) && has(spec.connectionLimit) && spec.connectionLimit == -1',
    effect: 'warn',
    message:
      'Without a connection limit one database can use up the connections of all; 20 is ordinary.',
    path: 'spec.connectionLimit',
  },
  {
    name: 'postgres/production-connection-limit',
    match: {
      types: ['postgres-database'],
      actions: ['create', 'update', 'adopt'],
    },
    when: 'instance.production && !has(instance.limits.connectionLimit) && has(spec.connectionLimit) && spec.connectionLimit == -1',
    effect: 'deny',
    message:
      'In production a database has a connection limit: without one it can use up the connections of all. Ask for a connectionLimit; 20 is ordinary.',
    path: 'spec.connectionLimit',
  },
  {
    name: 'postgres/encrypted-transport',
    match: { types: ['postgres-database'], actions: ['create', 'adopt'] },
    when: 'instance.production && has(instance.connection.sslmode) && !(instance.connection.sslmode in ["require", "verify-ca", "verify-full"])',
    effect: 'warn',
    message:
      'Clients reach this production server without encryption. Whoever runs it should switch ssl on and set client.sslmode to verify-full.',
    path: 'instance',
  },
];
