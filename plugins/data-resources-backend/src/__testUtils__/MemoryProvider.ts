import type { JsonObject } from '@backstage/types';
import {
  ProviderError,
  type Change,
  type DiscoveryPage,
  type EffectiveAccess,
  type Inspection,
  type ObjectRef,
  type Observation,
  type PlanInput,
  type ProviderPlan,
  type ResourceProvider,
  type StepCall,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { differencesOf, memoryPlan } from './memoryPlan';
import type { MemoryServer } from './MemoryServer';

/** Boxes of a `MemoryServer`. */
export class MemoryProvider implements ResourceProvider {
  readonly #server: MemoryServer;

  constructor(server: MemoryServer) {
    this.#server = server;
  }

  async observe(
    objects: readonly ObjectRef[],
  ): Promise<Map<string, Observation>> {
    this.#server.mustAnswer();
    const names = objects.map(({ name }) => name);
    this.#server.observed.push(...names);
    const seen = new Map(
      objects.map(({ name, identity, prefixes }) => {
        const box = this.#server.boxes.get(name);
        return [
          name,
          {
            ...(prefixes
              ? {
                  covered: [...this.#server.boxes.keys()].filter(
                    other =>
                      other !== name &&
                      prefixes.some(prefix => other.startsWith(prefix)),
                  ),
                }
              : {}),
            exists: Boolean(box),
            identity: box && { id: box.id },
            ours: Boolean(box) && identity?.id === box?.id,
            spec: box?.spec,
            facts: {},
          },
        ];
      }),
    );
    await this.#server.afterLook(names);
    return seen;
  }

  async fingerprints(
    objects: readonly ObjectRef[],
  ): Promise<Map<string, string>> {
    this.#server.mustAnswer();
    const { boxes, logins } = this.#server;
    return new Map(
      objects.map(({ name }) => {
        const { id, spec, access = [], foreign } = boxes.get(name) ?? {};
        const rates = [...access].map(
          entry => logins.get(`${entry.split(':')[0]}_a`) ?? null,
        );
        return [
          name,
          JSON.stringify([id, spec, [...access].sort(), foreign, rates]),
        ];
      }),
    );
  }

  plan(input: PlanInput): ProviderPlan {
    return memoryPlan(input, this.#server.findings);
  }

  async check(steps: readonly StepCall[]): Promise<Map<string, StepCheck>> {
    this.#server.mustAnswer();
    return new Map(steps.map(step => [step.key, this.#checkOne(step)]));
  }

  async act(steps: readonly StepCall[]): Promise<Map<string, ProviderError>> {
    const failed = new Map<string, ProviderError>();
    for (const step of steps) {
      await this.#server.beforeAct(step.kind);
      this.#server.mustAnswer();
      const fault = this.#server.faults.get(step.kind);
      if (fault && fault.times > 0) {
        fault.times -= 1;
        failed.set(step.key, fault.error);
        if (!fault.afterEffect) {
          continue;
        }
      }
      this.#actOne(step);
    }
    return failed;
  }

  batchSize(): number {
    return 10;
  }

  async access(
    objects: readonly ObjectRef[],
  ): Promise<Map<string, EffectiveAccess[]>> {
    this.#server.mustAnswer();
    return new Map(
      objects.map(({ name }) => {
        const box = this.#server.boxes.get(name);
        return [
          name,
          [
            ...[...(box?.access ?? [])].map(entry => ({
              login: `${entry.split(':')[0]}_a`,
              rights: [entry.split(':')[1]],
              via: 'box',
            })),
            ...(box?.foreign ?? []),
          ],
        ];
      }),
    );
  }

  async inspect(
    objects: readonly ObjectRef[],
  ): Promise<Map<string, Inspection>> {
    this.#server.inspected.push(objects.length);
    this.#server.mustAnswer();
    if (this.#server.inspectFault) {
      throw this.#server.inspectFault;
    }
    return new Map(
      objects.map(({ name }) => {
        const box = this.#server.boxes.get(name);
        return [
          name,
          {
            users: box?.users ?? [],
            lastUsedAt: box?.lastUsedAt,
            measures: box?.measures ?? [],
            unseen: this.#server.unseen,
          },
        ];
      }),
    );
  }

  async discover({
    after = '',
    limit,
  }: {
    after?: string;
    limit: number;
  }): Promise<DiscoveryPage> {
    this.#server.mustAnswer();
    const names = [...this.#server.boxes.keys()]
      .filter(name => name > after)
      .sort();
    const page = names.slice(0, limit);
    return {
      items: page.map(name => {
        const { id, spec, hints, internal } = this.#server.boxes.get(name)!;
        return { name, identity: { id }, spec, hints, internal };
      }),
      next: names.length > limit ? page[page.length - 1] : undefined,
    };
  }

  connection(name: string) {
    return { engine: 'memory', box: name };
  }

  #checkOne(step: StepCall): StepCheck {
    const { object, kind, args, intent, loginInUse, loginRoles } = step;
    const box = this.#server.boxes.get(object.name);
    const ours = box && box.id === object.identity?.id;
    const pending: StepCheck = { state: 'pending', evidence: { seen: 'none' } };
    const done: StepCheck = { state: 'satisfied' };
    switch (kind) {
      case 'create':
        if (!box) {
          return pending;
        }
        return ours || intent
          ? { state: 'satisfied', identity: { id: box.id } }
          : {
              state: 'failed',
              error: new ProviderError('Conflict', `${object.name} is there`),
            };
      case 'adopt':
        return box && box.id === args.id
          ? { state: 'satisfied', identity: { id: box.id } }
          : {
              state: 'failed',
              error: new ProviderError('Conflict', `${object.name} is no more`),
            };
      case 'mark':
        return box?.isMarked ? done : pending;
      case 'ensure': {
        const login = this.#server.logins.get(`${args.base}_a`);
        return login?.rate === undefined
          ? (login && done) || pending
          : { ...pending, changes: [rateChange(args.base, login.rate)] };
      }
      case 'grant':
        return box?.access.has(String(args.to)) ? done : pending;
      case 'revoke':
        return box?.access.has(String(args.to)) ? pending : done;
      case 'change':
        if (!ours) {
          return {
            state: 'failed',
            error: new ProviderError('Conflict', `${object.name} is no more`),
          };
        }
        return differencesOf(box.spec, args.spec as JsonObject).length > 0
          ? pending
          : done;
      case 'drop':
        return ours ? pending : done;
      default:
        this.#server.releases.set(String(args.base), loginRoles);
        return loginInUse || !this.#server.logins.has(`${args.base}_a`)
          ? done
          : pending;
    }
  }

  #actOne({ object, kind, args }: StepCall): void {
    const { boxes, logins, acted } = this.#server;
    acted.push(kind);
    switch (kind) {
      case 'create':
        this.#server.create(object.name, args.spec as JsonObject);
        break;
      case 'mark':
        boxes.get(object.name)!.isMarked = true;
        break;
      case 'ensure':
        logins.set(`${args.base}_a`, {});
        logins.set(`${args.base}_b`, {});
        break;
      case 'grant':
        boxes.get(object.name)!.access.add(String(args.to));
        break;
      case 'revoke':
        boxes.get(object.name)!.access.delete(String(args.to));
        break;
      case 'change':
        boxes.get(object.name)!.spec = args.spec as JsonObject;
        break;
      case 'drop':
        boxes.delete(object.name);
        break;
      default:
        logins.delete(`${args.base}_a`);
        logins.delete(`${args.base}_b`);
    }
  }
}

function rateChange(base: unknown, rate: number): Change {
  return { path: `access.${base}.rate`, from: rate, kind: 'in-place' };
}
