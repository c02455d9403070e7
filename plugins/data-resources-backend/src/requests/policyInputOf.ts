import type {
  InstanceProbe,
  ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { PolicyInput } from '../policy';
import { makesResource } from './makesResource';
import type { Subject } from './Subject';

/** What policies judge of a request, without what its owner group holds. */
export function policyInputOf(
  subject: Subject,
  options: {
    probe: InstanceProbe;
    made: ProviderPlan;
    isPlatform: boolean;
    production: boolean;
  },
): PolicyInput {
  const { input, instance, type, resource, requesterGroups } = subject;
  const { probe, made, isPlatform, production } = options;
  return {
    request: { action: input.action, reason: input.reason ?? '' },
    requester: {
      ref: subject.requestedBy,
      groups: [...requesterGroups],
      isPlatform,
    },
    type: type.type,
    name: subject.name,
    owner: subject.owner,
    system: subject.system,
    grants: subject.grants.add.map(({ principal, role }) => ({
      principal,
      role,
    })),
    spec: subject.desired ?? resource?.spec ?? {},
    // What is new and planned again has a row already, and still no spec before.
    previousSpec: makesResource(input.action) ? undefined : resource?.spec,
    plan: {
      risk: made.risk,
      changes: made.changes,
      destructive: made.changes.some(({ kind }) => kind === 'destructive'),
    },
    instance: {
      name: instance.name,
      engine: instance.engine,
      environment: instance.environment,
      production,
      topology: probe.topology,
      limits: instance.connection.limits,
      connection: instance.connection
        .provider(type.type)
        .connection(subject.name),
    },
  };
}
