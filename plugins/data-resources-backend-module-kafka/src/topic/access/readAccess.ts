import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  EffectiveAccess,
  ObjectRef,
} from '@data-resources/plugin-data-resources-node';
import { AclOperations } from '@platformatic/kafka';
import { describeAcls } from '../../client/acls';
import type { Acl } from '../../client/acls';
import { describeBrokerSettings } from '../../client/cluster';
import type { Deadline } from '../../client/Deadline';
import type { KafkaClient } from '../../client/KafkaClient';
import { listTopics } from '../../client/topics';
import type { Topic } from '../../client/topics';
import { readTopicAcls } from '../readTopicAcls';
import { aclsBesides } from './aclsBesides';
import { EVERYBODY, EVERYTHING } from './decide';
import { withGroups } from './groupsOf';
import { waysIn } from './waysIn';

interface Tools {
  client: KafkaClient;
  deadline: Deadline;
  /** The portal's own login, e.g. `User:data-resources`. */
  ownPrincipal?: string;
  /** Whether the brokers let everybody in where there is no ACL; asked only when it matters. */
  isEveryoneAllowed(deadline: Deadline, clusterId: string): Promise<boolean>;
}

const SUPER_USERS = 'super.users';
const ALLOW_EVERYONE = 'allow.everyone.if.no.acl.found';
/** Where no ACL is about a topic, and that lets everybody in. */
const EVERYBODYS_WAY: EffectiveAccess = {
  login: EVERYBODY,
  rights: [EVERYTHING],
  via: `${ALLOW_EVERYONE}=true of the brokers, for no ACL covers the topic`,
};

/**
 * Who can do what on topics, in a few calls: every ACL that covers their names, other people's
 * included, the portal itself, and the super users as far as Kafka tells.
 */
export async function readAccess(
  tools: Tools,
  objects: readonly ObjectRef[],
): Promise<Map<string, EffectiveAccess[]>> {
  if (objects.length === 0) {
    return new Map();
  }
  const { client, deadline, ownPrincipal } = tools;
  const names = [...new Set(objects.map(({ name }) => name))];
  if (deadline.isShared) {
    // Nobody asks for what is the portal's own and the super users' there.
    const shared = await readTopicAcls(client, deadline, names);
    return new Map(
      names.map(name => [name, waysIn(shared.covering(name), ownPrincipal)]),
    );
  }
  const [index, { brokers, topics, clusterId }, groupAcls] = await Promise.all([
    readTopicAcls(
      client,
      deadline,
      objects.some(({ prefixes = [] }) => prefixes.length > 0) ? null : names,
    ),
    listTopics(client, deadline, names, { ownOperations: true }),
    objects.some(({ inFull }) => inFull) ? readGroupAcls(tools) : [],
  ]);
  const told = await describeBrokerSettings(
    client,
    deadline,
    brokers.map(({ id }) => id),
  );
  const [settings] = told.values();
  const superUsers = superUserWays(settings?.get(SUPER_USERS)?.value, {
    set: settings?.has(SUPER_USERS) ?? false,
  });
  const prefixesOf = new Map(
    objects.map(({ name, prefixes = [] }) => [name, prefixes] as const),
  );
  const ways = new Map(names.map(name => [name, index.covering(name)]));
  const everybody =
    settings?.has(ALLOW_EVERYONE) &&
    [...topics.keys()].some(name => ways.get(name)?.length === 0) &&
    (await tools.isEveryoneAllowed(deadline, clusterId));
  return new Map(
    [...ways].map(([name, acls]) => {
      const topic = topics.get(name);
      return [
        name,
        [
          ...withGroups(
            [
              ...waysIn(acls, ownPrincipal),
              ...aclsBesides(name, prefixesOf.get(name) ?? [], index).flatMap(
                besides => waysIn(besides.acls, ownPrincipal, besides.around),
              ),
            ],
            groupAcls,
          ),
          ...(topic && everybody && acls.length === 0 ? [EVERYBODYS_WAY] : []),
          ...(topic ? [...ownWay(topic, ownPrincipal), ...superUsers] : []),
        ],
      ];
    }),
  );
}

async function readGroupAcls({ client, deadline }: Tools): Promise<Acl[]> {
  try {
    return await describeAcls(client, deadline, { resourceType: 'GROUP' });
  } catch (error) {
    // Without an authorizer there are no ACLs; the preflight says what that means.
    if (isProviderError(error) && error.reason === 'Unsupported') {
      return [];
    }
    throw error;
  }
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
