import fc from 'fast-check';
import { deeds, Ledger } from '../__testUtils__/grantHistories';
import type { Deed } from '../__testUtils__/grantHistories';
import { existing, grant, identity, input } from '../__testUtils__/planInputs';
import { aclKey } from '../client/acls';
import type { Acl } from '../client/acls';
import { planTopic } from './plan/planTopic';
import { loginAcls, topicAcls } from './roleAcls';
import { leavingAcls } from './steps/releaseLogin';

const TOPICS = ['orders', 'orders.eu'];

/** The keys of the ACLs on a cluster on which only these deeds were done. */
function afterDoing(history: readonly Deed[], ledger: Ledger): Set<string> {
  const cluster = new Set<string>();
  const give = (acls: Acl[]) => acls.forEach(acl => cluster.add(aclKey(acl)));
  const take = (acls: Acl[]) =>
    acls.forEach(acl => cluster.delete(aclKey(acl)));
  for (const deed of history) {
    const { topic, action, ...grants } = ledger.take(deed);
    const { steps } = planTopic(
      input({
        ...existing,
        action,
        object: { name: TOPICS[topic], identity },
        grants,
      }),
      {},
    );
    for (const { kind, args, login } of steps) {
      const acls = (args as { acls?: Acl[] }).acls ?? [];
      if (kind === 'release-login') {
        const loginRoles = ledger.rolesOf(login!.base);
        const loginInUse = loginRoles.length > 0;
        take(leavingAcls(acls, { loginInUse, loginRoles }));
      } else if (kind === 'revoke') {
        take(acls);
      } else {
        give(acls);
      }
    }
  }
  return cluster;
}

function needed(ledger: Ledger): string[] {
  const onTopics = TOPICS.flatMap((name, topic) =>
    ledger.on(topic).flatMap(each => topicAcls(name, each)),
  );
  const ofLogins = ledger
    .logins()
    .flatMap(({ login, roles }) => loginAcls(login, roles));
  return [...new Set([...onTopics, ...ofLogins].map(aclKey))].sort();
}

describe('the ACLs of any sequence of grants and revokes', () => {
  it('should be exactly those of the grants that are left', () => {
    fc.assert(
      fc.property(deeds(40), history => {
        const ledger = new Ledger((principal, role) =>
          grant(`app-${principal}`, role),
        );

        const cluster = afterDoing(history, ledger);

        expect([...cluster].sort()).toEqual(needed(ledger));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['producer', 'consumer'],
    ['producer', 'admin'],
    ['consumer', 'producer'],
    ['consumer', 'admin'],
    ['admin', 'producer'],
    ['admin', 'consumer'],
  ])(
    'should leave to a %s what it was before, whose role %s elsewhere ends',
    (stays, goes) => {
      const grantTo = (_: number, role: string) => grant('app', role);
      const turn = (topic: number, role: string) =>
        ({ kind: 'turn', topic, principal: 0, role } as const);
      const before = [turn(0, stays)];
      const during = [...before, turn(1, goes)];

      expect(
        afterDoing([...during, turn(1, goes)], new Ledger(grantTo)),
      ).toEqual(afterDoing(before, new Ledger(grantTo)));
      expect(afterDoing(during, new Ledger(grantTo)).size).toBeGreaterThan(
        afterDoing(before, new Ledger(grantTo)).size,
      );
    },
  );

  it('should keep all of a login of whose other grants only is known that there are some', () => {
    const acls = loginAcls(grant('app', 'consumer').login, ['consumer']);

    expect(leavingAcls(acls, { loginInUse: true })).toEqual([]);
  });
});
