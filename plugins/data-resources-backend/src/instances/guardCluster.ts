import type {
  CallContext,
  EngineInstance,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterGuard } from './ClusterGuard';

/** A call of the contract: its last argument is the context. */
type Call = (...args: unknown[]) => Promise<unknown>;

const CHANGES: ReadonlySet<PropertyKey> = new Set(['act', 'enable', 'disable']);
/** What answers at once is about no cluster. */
const LOOKS: ReadonlySet<PropertyKey> = new Set([
  'observe',
  'fingerprints',
  'check',
  'access',
  'inspect',
  'discover',
]);

/**
 * The same connection; before each call that reaches the cluster it is made sure that it is the
 * right one. The probe is left to the caller, who looks at what it found as well.
 */
export function guardCluster(
  connection: EngineInstance,
  guard: ClusterGuard,
): EngineInstance {
  const logins = guarded(connection.logins, guard);
  // One wrapper per provider: a connection hands out the same one again and again.
  const providers = new WeakMap<ResourceProvider, ResourceProvider>();
  const provider = (type: string) => {
    const real = connection.provider(type);
    const known = providers.get(real) ?? guarded(real, guard);
    providers.set(real, known);
    return known;
  };
  return replaced(connection, { logins, provider });
}

function guarded<T extends object>(target: T, guard: ClusterGuard): T {
  return new Proxy(target, {
    get(of, property) {
      const value = Reflect.get(of, property, of);
      if (typeof value !== 'function') {
        return value;
      }
      // On the object itself: a proxy has no private fields.
      const call = value.bind(of) as Call;
      if (CHANGES.has(property)) {
        return async (...args: unknown[]) => {
          await guard.mayWrite(args[args.length - 1] as CallContext);
          return call(...args);
        };
      }
      if (LOOKS.has(property)) {
        return async (...args: unknown[]) => {
          await guard.mayRead(args[args.length - 1] as CallContext);
          return call(...args);
        };
      }
      return call;
    },
  });
}

function replaced<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(of, property) {
      if (property in members) {
        return members[property as keyof T];
      }
      const value = Reflect.get(of, property, of);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}
