import type { JsonObject } from '@backstage/types';
import {
  ProviderError,
  type DiscoveryPage,
  type EffectiveAccess,
  type Inspection,
  type ObjectRef,
  type Observation,
  type PlanInput,
  type PlannedStep,
  type ProviderPlan,
  type ResourceProvider,
  type StepCall,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { BoxServer } from './BoxServer';

const DONE: StepCheck = { state: 'satisfied' };
const TO_DO: StepCheck = { state: 'pending', evidence: {} };

/** Does on a {@link BoxServer} what plans say, without waiting for anything. */
export class BoxProvider implements ResourceProvider {
  readonly #server: BoxServer;

  constructor(server: BoxServer) {
    this.#server = server;
  }

  async observe(objects: readonly ObjectRef[]) {
    return new Map<string, Observation>(
      objects.map(object => {
        const box = this.#server.find(object);
        const seeded = object.identity?.seeded;
        return [
          object.name,
          {
            exists: Boolean(box),
            identity: box && { id: box.id, ...(seeded ? { seeded } : {}) },
            ours: Boolean(box) && object.identity?.id === box?.id,
            spec: box?.spec,
            facts: {},
          },
        ];
      }),
    );
  }

  plan({ action, object, desired, grants, observed }: PlanInput): ProviderPlan {
    const changes = changesOf(action, observed.spec ?? {}, desired ?? {});
    const steps: PlannedStep[] = [];
    const add = (kind: string, args: JsonObject = {}) =>
      steps.push({
        id: [
          kind,
          ...Object.values(args).filter(arg => typeof arg === 'string'),
        ].join(':'),
        title: kind,
        kind,
        args,
        call: `${kind} ${object.name} ${JSON.stringify(args)}`,
      });
    if (action === 'create') {
      add('create', { spec: desired ?? {} });
    }
    if (action === 'adopt') {
      add('adopt', { id: observed.identity?.id ?? null });
    }
    if (action === 'update' && changes.length > 0) {
      add('change', { spec: desired ?? {} });
    }
    for (const { login, role } of grants.add) {
      add('grant', { to: `${login.base}:${role}` });
    }
    for (const { login, role } of action === 'delete' ? [] : grants.remove) {
      add('revoke', { to: `${login.base}:${role}` });
    }
    if (action === 'delete') {
      add('drop');
    }
    return {
      steps,
      changes,
      findings: [],
      risk: action === 'delete' ? 'high' : 'low',
    };
  }

  async check(steps: readonly StepCall[]) {
    return new Map(steps.map(step => [step.key, this.#check(step)]));
  }

  async act(steps: readonly StepCall[]): Promise<Map<string, ProviderError>> {
    for (const { object, kind, args } of steps) {
      const box = this.#server.find(object);
      if (kind === 'create') {
        this.#server.create(object.name, args.spec as JsonObject);
      } else if (kind === 'drop') {
        this.#server.boxes.delete(object.name);
      } else if (kind === 'change' && box) {
        box.spec = args.spec as JsonObject;
      } else if (kind === 'grant') {
        box?.access.add(String(args.to));
      } else {
        box?.access.delete(String(args.to));
      }
    }
    return new Map();
  }

  batchSize(): number {
    return 50;
  }

  async access(objects: readonly ObjectRef[]) {
    return new Map<string, EffectiveAccess[]>(
      objects.map(object => [
        object.name,
        [...(this.#server.find(object)?.access ?? [])].map(entry => ({
          login: `${entry.split(':')[0]}_a`,
          rights: [entry.split(':')[1]],
          via: 'box',
        })),
      ]),
    );
  }

  async inspect(objects: readonly ObjectRef[]) {
    return new Map<string, Inspection>(
      objects.map(object => [
        object.name,
        {
          users: [...(this.#server.find(object)?.access ?? [])].map(entry => ({
            name: `${entry.split(':')[0]}_a`,
            kind: 'session',
            count: 1,
          })),
          measures: [],
          unseen: [],
        },
      ]),
    );
  }

  async discover({
    after = '',
    limit,
  }: {
    after?: string;
    limit: number;
  }): Promise<DiscoveryPage> {
    const names = [...this.#server.boxes.keys()]
      .filter(name => name > after)
      .sort();
    const page = names.slice(0, limit);
    return {
      items: page.map(name => {
        const { id, spec } = this.#server.boxes.get(name)!;
        return { name, identity: { id }, spec, hints: [] };
      }),
      next: names.length > limit ? page.at(-1) : undefined,
    };
  }

  connection(name: string) {
    return { engine: 'boxes', box: name };
  }

  #check({ object, kind, args, intent }: StepCall): StepCheck {
    const box = this.#server.find(object);
    const ours = box && box.id === object.identity?.id;
    switch (kind) {
      case 'create':
        if (!box) {
          return TO_DO;
        }
        return ours || intent
          ? { state: 'satisfied', identity: { id: box.id } }
          : failed(`${object.name} is there and not ours`);
      case 'adopt':
        return box && box.id === args.id
          ? { state: 'satisfied', identity: { id: box.id } }
          : failed(`${object.name} is another one now`);
      case 'drop':
        return ours ? TO_DO : DONE;
      case 'revoke':
        return box?.access.has(String(args.to)) ? TO_DO : DONE;
      case 'grant':
        if (!ours) {
          return failed(`${object.name} is gone`);
        }
        return box.access.has(String(args.to)) ? DONE : TO_DO;
      default:
        if (!ours) {
          return failed(`${object.name} is gone`);
        }
        return changesOf('update', box.spec, args.spec as JsonObject).length > 0
          ? TO_DO
          : DONE;
    }
  }
}

function failed(message: string): StepCheck {
  return { state: 'failed', error: new ProviderError('Conflict', message) };
}

function changesOf(
  action: PlanInput['action'],
  from: JsonObject,
  to: JsonObject,
): ProviderPlan['changes'] {
  switch (action) {
    case 'update':
      return [...new Set([...Object.keys(from), ...Object.keys(to)])]
        .filter(field => from[field] !== to[field])
        .map(field => ({
          path: field,
          from: from[field],
          to: to[field],
          kind: 'in-place',
        }));
    case 'create':
      return [{ path: 'box', kind: 'create' }];
    case 'delete':
      return [{ path: 'box', kind: 'destructive' }];
    default:
      return [{ path: 'access', kind: 'in-place' }];
  }
}
