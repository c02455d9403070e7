import type { BackendFeature } from '@backstage/backend-plugin-api';
import {
  type CallContext,
  dataResourcesEnginesExtensionPoint,
  type Engine,
  type EngineInstance,
  type ObjectRef,
  type ResourceProvider,
  type StepCall,
} from '@data-resources/plugin-data-resources-node';
import type { MomentGate } from './MomentGate';

/** What of a module's registration is needed to stand between it and the extension point. */
interface ModuleRegistration {
  init: {
    deps: Record<string, { id: string }>;
    func: (deps: Record<string, unknown>) => Promise<void>;
  };
}

type Module = BackendFeature & { getRegistrations(): ModuleRegistration[] };

/** The module as it is, with a gate around every call to the engine that it registers. */
export function watchEngines(
  feature: BackendFeature,
  gate: MomentGate,
): BackendFeature {
  const module = feature as Module;
  return {
    ...module,
    getRegistrations: () =>
      module.getRegistrations().map(registration => ({
        ...registration,
        init: {
          ...registration.init,
          func: async (deps: Record<string, unknown>) =>
            registration.init.func(
              withWatchedEngines(deps, registration.init.deps, gate),
            ),
        },
      })),
  } as BackendFeature;
}

function withWatchedEngines(
  deps: Record<string, unknown>,
  refs: Record<string, { id: string }>,
  gate: MomentGate,
): Record<string, unknown> {
  const name = Object.keys(refs).find(
    key => refs[key].id === dataResourcesEnginesExtensionPoint.id,
  );
  if (!name) {
    throw new Error('The module registers no engine');
  }
  const real = deps[name] as typeof dataResourcesEnginesExtensionPoint.T;
  return {
    ...deps,
    [name]: {
      addEngine: (engine: Engine) =>
        real.addEngine(watchedEngine(engine, gate)),
    },
  };
}

function watchedEngine(engine: Engine, gate: MomentGate): Engine {
  return instead(engine, {
    createInstance: options => {
      const instance = engine.createInstance(options);
      return instead<EngineInstance>(instance, {
        provider: type => watchedProvider(instance.provider(type), gate),
      });
    },
  });
}

function watchedProvider(
  provider: ResourceProvider,
  gate: MomentGate,
): ResourceProvider {
  const around = async <T>(
    names: readonly string[],
    what: string,
    call: () => Promise<T>,
  ): Promise<T> => {
    const ids = gate.about(names.join('\n'));
    await gate.pass(ids, `before ${what}`);
    const answer = await call();
    await gate.pass(ids, `after ${what}`);
    return answer;
  };
  const step = (verb: string, calls: readonly StepCall[]) =>
    `${verb} ${calls[0]?.kind}`;
  const namesOf = (calls: readonly StepCall[]) =>
    calls.map(({ object }) => object.name);
  return instead(provider, {
    observe: (objects: readonly ObjectRef[], context: CallContext) =>
      around(
        objects.map(({ name }) => name),
        'observe',
        () => provider.observe(objects, context),
      ),
    check: (calls: readonly StepCall[], context: CallContext) =>
      around(namesOf(calls), step('check', calls), () =>
        provider.check(calls, context),
      ),
    act: (calls: readonly StepCall[], context: CallContext) =>
      around(namesOf(calls), step('act', calls), () =>
        provider.act(calls, context),
      ),
  });
}

/** The object, with some of its methods replaced; the others keep their `this`. */
function instead<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get: (target, key) => {
      if (key in methods) {
        return methods[key as keyof T];
      }
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
