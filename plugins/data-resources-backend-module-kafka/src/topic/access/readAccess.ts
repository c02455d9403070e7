import type {
  EffectiveAccess,
  ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import { AclOperations } from '@platformatic/kafka';
import { isWildcard } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { describeBrokerSettings } from '../../client/cluster';
import type { Deadline } from '../../client/Deadline';
import type { KafkaClient } from '../../client/KafkaClient';
import { listTopics } from '../../client/topics';
import type { Topic } from '../../client/topics';
import { readTopicAcls } from '../readTopicAcls';
import { narrowedBy, overruledBy, quoted } from './denials';

interface Tools {
  client: KafkaClient;
  deadline: Deadline;
  /** The portal's own login, e.g. `User:data-resources`. */
  ownPrincipal?: string;
}

const SUPER_USERS = 'super.users';

/**
 * Who can do what on topics, in three calls: every ACL that covers their names, other people's
 * included, the portal itself, and the super users as far as Kafka tells.
 */
export async function readAccess(
  { client, deadline, ownPrincipal }: Tools,
  objects: readonly ObjectRef[],
): Promise<Map<string, EffectiveAccess[]>> {
  if (objects.length === 0) {
    return new Map();
  }
  const names = [...new Set(objects.map(({ name }) => name))];
  if (deadline.isShared) {
    // Nobody asks for what is the portal's own and the super users' there.
    const shared = await readTopicAcls(client, deadline, names);
    return new Map(
      names.map(name => [name, waysIn(shared.covering(name), ownPrincipal)]),
    );
  }
  const [index, { brokers, topics }] = await Promise.all([
    readTopicAcls(client, deadline, names),
    listTopics(client, deadline, names, { ownOperations: true }),
  ]);
  const settings = await describeBrokerSettings(
    client,
    deadline,
    brokers.map(({ id }) => id),
  );
  const superUsers = superUserWays(settings?.get(SUPER_USERS)?.value, {
    set: settings?.has(SUPER_USERS) ?? false,
  });
  return new Map(
    names.map(name => {
      const topic = topics.get(name);
      return [
        name,
        [
          ...waysIn(index.covering(name), ownPrincipal),
          ...(topic ? [...ownWay(topic, ownPrincipal), ...superUsers] : []),
        ],
      ];
    }),
  );
}

function waysIn(
  acls: readonly Acl[],
  ownPrincipal: string | undefined,
): EffectiveAccess[] {
  const ways = new Map<string, EffectiveAccess>();
  for (const acl of acls) {
    const { right, via } = wayOf(acl, acls);
    const key = `${acl.principal} ${via}`;
    const way = ways.get(key) ?? {
      login: acl.principal,
      rights: [],
      via,
      ...(acl.principal === ownPrincipal ? { internal: true } : {}),
    };
    way.rights.push(...right);
    ways.set(key, way);
  }
  return [...ways.values()];
}

function wayOf(
  acl: Acl,
  acls: readonly Acl[],
): { right: string[]; via: string } {
  const via = describePattern(acl);
  if (acl.permission === 'DENY') {
    return {
      right: [`DENY ${acl.operation}`],
      via: `${via}; it comes before every ALLOW`,
    };
  }
  const denial = overruledBy(acl, acls);
  if (denial) {
    return {
      right: [],
      via: `${via} for ${acl.operation}, without effect: ${quoted(
        denial,
      )} comes before every ALLOW`,
    };
  }
  const exceptions = narrowedBy(acl, acls);
  return {
    right: [acl.operation],
    via:
      exceptions.length > 0
        ? `${via}, but for ${exceptions.map(quoted).join(' and ')}`
        : via,
  };
}

function describePattern(acl: Acl): string {
  const host = acl.host === '*' ? '' : ` from host ${acl.host}`;
  if (isWildcard(acl)) {
    return `ACL on every topic${host}`;
  }
  return `${acl.patternType.toLowerCase()} ACL on topic ${
    acl.resourceName
  }${host}`;
}

/** What the portal may do, whichever way it came to that. */
function ownWay(
  { ownOperations }: Topic,
  ownPrincipal: string | undefined,
): EffectiveAccess[] {
  // The protocol's number for "not told".
  if (ownOperations === undefined || ownOperations === -(2 ** 31)) {
    return [];
  }
  const rights = Object.entries(AclOperations)
    .filter(([, bit]) => Math.floor(ownOperations / 2 ** bit) % 2 === 1)
    .map(([name]) => name);
  return [
    {
      login: ownPrincipal ?? "the portal's connection",
      rights,
      via: "the portal's own login, as Kafka counts all its rights",
      internal: true,
    },
  ];
}

/** Kafka tells whether super users are set, and hides who they are where it can. */
function superUserWays(
  names: string | null | undefined,
  { set }: { set: boolean },
): EffectiveAccess[] {
  const logins = (names ?? '')
    .split(';')
    .map(name => name.trim())
    .filter(Boolean);
  if (logins.length === 0 && !set) {
    return [];
  }
  return (logins.length > 0 ? logins : ['super users']).map(login => ({
    login,
    rights: ['ALL'],
    via:
      logins.length > 0
        ? 'super.users of the brokers'
        : 'super.users of the brokers, whose names Kafka does not show',
    internal: true,
  }));
}
