import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type { DataResourcesConfig } from '../config';
import type { PolicyInput, PolicyInstance, PolicyUsage } from '../policy';
import type { PolicyExample } from './PolicyTestFile';

/** The example as policies judge it, with what it leaves out filled in. */
export function exampleInput(
  { name: title, input }: PolicyExample,
  config: DataResourcesConfig,
): PolicyInput {
  const requester = input.requester ?? {
    ref: 'user:default/example',
    groups: [input.owner],
  };
  const instance = instanceOf(title, input.instance, config);
  return {
    request: { action: input.action, reason: input.reason },
    requester: {
      ...requester,
      isPlatform: requester.groups.includes(config.platformGroup),
    },
    type: input.type,
    name: input.name,
    owner: input.owner,
    system: input.system,
    grants: input.grants,
    instance,
    spec: input.spec,
    previousSpec: input.previousSpec,
    plan: {
      ...input.plan,
      destructive: input.plan.changes.some(
        ({ kind }) => kind === 'destructive',
      ),
    },
    usage: usageOf(input, instance),
  };
}

function instanceOf(
  title: string,
  said: PolicyExample['input']['instance'],
  config: DataResourcesConfig,
): PolicyInstance {
  const own = typeof said === 'string' ? { name: said } : said;
  const configured = config.instances.find(({ name }) => name === own.name);
  const engine = own.engine ?? configured?.engine;
  const environment = own.environment ?? configured?.environment;
  if (!engine || !environment) {
    const known = config.instances.map(({ name }) => name).join(', ');
    throw new InputError(
      `The instance of the example "${title}" is "${
        own.name
      }", which is not configured${
        known ? ` (there are ${known})` : ''
      }; give { name, engine, environment }`,
    );
  }
  return {
    name: own.name,
    engine,
    environment,
    production: config.productionEnvironments.includes(environment),
    topology: own.topology ?? {},
    limits: own.limits ?? objectAt(configured?.config.getOptional('limits')),
    connection:
      own.connection ?? objectAt(configured?.config.getOptional('client')),
  };
}

function usageOf(
  { usage, type }: PolicyExample['input'],
  { name }: PolicyInstance,
): PolicyUsage | undefined {
  if (!usage) {
    return undefined;
  }
  // As in the portal, a counter that is told anywhere is 0 elsewhere.
  const counters = [
    ...Object.keys(usage.adds),
    ...usage.held.flatMap(({ counts }) => Object.keys(counts)),
  ];
  const zeros = Object.fromEntries(counters.map(counter => [counter, 0]));
  return {
    held: [
      { type, instance: name, resources: 0, counts: zeros },
      ...usage.held.map(item => ({ type, instance: name, ...item })),
    ],
    adds: { ...zeros, ...usage.adds },
  };
}

function objectAt(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {};
}
