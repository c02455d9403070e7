import type {
  DiscoveredObject,
  DiscoveryPage,
  EffectiveAccess,
  OwnerHint,
} from '@data-resources/plugin-data-resources-node';
import { STRATEGY } from './keyspaceSpec';
import { isReserved, META_KEYSPACE } from './names';
import type { KeyspaceRow } from './observation';
import { isLettingIn } from './lettingIn';
import { type AccessTools, readAccess } from './readAccess';

/** Keyspaces that tools make for themselves. */
const TOOLS: { [keyspace: string]: string } = {
  [META_KEYSPACE]: 'portals keep here what they must know about the cluster',
  reaper_db: 'Cassandra Reaper keeps its repairs here',
  data_endpoint_auth: 'Stargate keeps its tokens here',
  OpsCenter: 'OpsCenter keeps its figures here',
};

/** The strongest first: who may let others in, change the keyspace, write, read. */
const STRENGTH = ['AUTHORIZE', 'DROP', 'ALTER', 'CREATE', 'MODIFY', 'SELECT'];

/** Keyspaces of a cluster, Cassandra's own left out, with what points to their owners. */
export async function discoverKeyspaces(
  { after = '', limit }: { after?: string; limit: number },
  tools: AccessTools,
): Promise<DiscoveryPage> {
  const all = (await tools.keyspaces.all(tools.deadline))
    .filter(({ name }) => name > after && isListed(name))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const page = all.slice(0, limit);
  const access = await readAccess(
    page.map(({ name }) => name),
    tools,
  );
  return {
    items: page.map(row => toObject(row, access.get(row.name)!)),
    ...(all.length > limit ? { next: page[page.length - 1].name } : {}),
  };
}

function isListed(name: string): boolean {
  return name === META_KEYSPACE || !isReserved(name);
}

function toObject(
  { name, definedAt, strategy, spec }: KeyspaceRow,
  access: EffectiveAccess[],
): DiscoveredObject {
  const { durableWrites } = spec;
  return {
    name,
    identity: { keyspace: name, definedAt },
    // Replicas by another strategy are nothing that a spec could ask for.
    spec: strategy === STRATEGY ? spec : { durableWrites },
    ...(Object.hasOwn(TOOLS, name) ? { internal: TOOLS[name] } : {}),
    hints: [...roleHints(access), ...prefixHints(name)],
  };
}

/** Each role once, by the most that it may do. What it may on all keyspaces points to no owner. */
function roleHints(access: EffectiveAccess[]): OwnerHint[] {
  const strength = ({ rights }: EffectiveAccess) =>
    STRENGTH.findIndex(right => rights.includes(right));
  const pointing = access
    .filter(
      entry =>
        !entry.internal &&
        !entry.via.endsWith('granted on all keyspaces') &&
        !isLettingIn(entry) &&
        strength(entry) >= 0,
    )
    .sort((left, right) => strength(left) - strength(right));
  const byLogin = new Map<string, OwnerHint>();
  for (const entry of pointing) {
    if (!byLogin.has(entry.login)) {
      byLogin.set(entry.login, {
        value: entry.login,
        source: `has ${STRENGTH[strength(entry)]}, ${entry.via}`,
      });
    }
  }
  return [...byLogin.values()];
}

function prefixHints(name: string): OwnerHint[] {
  const [prefix, ...rest] = name.split('_');
  return rest.length > 0 && prefix !== ''
    ? [{ value: prefix, source: 'what the name begins with' }]
    : [];
}
