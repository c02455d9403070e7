import type { DefaultPolicy } from './DefaultPolicy';

/** What holds for every engine. */
export const everywhereDefaults: readonly DefaultPolicy[] = [
  {
    name: 'everywhere/system',
    match: { actions: ['create', 'adopt'] },
    when: '!instance.production && system == ""',
    effect: 'warn',
    message:
      'No system is named. Say which system it is part of, so that others find it and know what depends on it; production demands it.',
    path: 'system',
  },
  {
    name: 'production/system',
    match: { actions: ['create', 'adopt'] },
    when: 'instance.production && system == ""',
    effect: 'deny',
    message:
      'What is in production is part of a system. Name one of the catalog in system.',
    path: 'system',
  },
  {
    name: 'production/reason',
    match: { actions: ['create', 'update', 'grant', 'delete', 'adopt'] },
    when: 'instance.production && request.reason == ""',
    effect: 'deny',
    message:
      'A change to production needs a reason, for those who decide and for the audit. Give one in reason.',
    path: 'reason',
  },
];
