import fc from 'fast-check';
import type { Acl } from '../client/acls';
import { TOPIC_OPERATIONS } from '../topic/access/decide';

/** Where a mix of ACLs is about one topic. */
export interface Scene {
  topic: string;
  /** Who will ask, and from where. */
  principal: string;
  host: string;
}

/** A few ACLs on a topic, some to the one who asks and some not, that often contradict each other. */
export function aclMix({ topic, principal, host }: Scene): fc.Arbitrary<Acl[]> {
  const acl = fc.record({
    resourceType: fc.constant('TOPIC' as const),
    pattern: fc.constantFrom(
      { patternType: 'LITERAL' as const, resourceName: topic },
      { patternType: 'LITERAL' as const, resourceName: topic },
      { patternType: 'PREFIXED' as const, resourceName: topic },
      { patternType: 'PREFIXED' as const, resourceName: topic.slice(0, -1) },
      // Covers another name.
      { patternType: 'LITERAL' as const, resourceName: `${topic}x` },
    ),
    principal: fc.constantFrom(principal, principal, 'User:*', 'User:other'),
    host: fc.constantFrom('*', '*', host, '10.1.2.3'),
    operation: fc.constantFrom(...TOPIC_OPERATIONS, 'ALL' as const),
    permission: fc.constantFrom('ALLOW', 'ALLOW', 'ALLOW', 'DENY'),
  });
  return fc
    .array(acl, { maxLength: 7 })
    .map(mix => mix.map(({ pattern, ...rest }) => ({ ...rest, ...pattern })));
}

/** ACLs on every topic. */
export function wideMix(scene: Omit<Scene, 'topic'>): fc.Arbitrary<Acl[]> {
  return aclMix({ ...scene, topic: '*' }).map(mix =>
    mix
      .filter(({ resourceName }) => resourceName === '*')
      .map(acl => ({ ...acl, patternType: 'LITERAL' as const }))
      .slice(0, 3),
  );
}
