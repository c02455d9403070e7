import type {
  Instance,
  InstanceStatus,
} from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { DoubtStore } from '../drift/DoubtStore';
import { resourceCounts } from '../resources/ResourceCounter';
import type { InstanceRegistry } from './InstanceRegistry';

export interface InstanceReaderOptions {
  knex: Knex;
  instances: InstanceRegistry;
  doubts: DoubtStore;
}

/** Shows instances with what was last seen of them; never asks a cluster. */
export class InstanceReader {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;
  readonly #doubts: DoubtStore;

  private constructor(options: InstanceReaderOptions) {
    this.#knex = options.knex;
    this.#instances = options.instances;
    this.#doubts = options.doubts;
  }

  static create(options: InstanceReaderOptions): InstanceReader {
    return new InstanceReader(options);
  }

  async list(): Promise<Instance[]> {
    const counts = await resourceCounts(this.#knex);
    const doubts = await this.#doubts.read();
    return this.#instances.all().map(instance => ({
      name: instance.name,
      engine: instance.engine,
      environment: instance.environment,
      title: instance.title,
      owner: instance.owner,
      entityRef: instance.entityRef,
      types: instance.types.map(({ type }) => type),
      status: withDoubt(instance.status, doubts.get(instance.name)),
      topology: instance.lastProbe?.topology,
      limits: instance.connection.limits,
      usage: Object.fromEntries(
        instance.types.map(({ type }) => [
          type,
          counts.find(
            count => count.instance === instance.name && count.type === type,
          )?.count ?? 0,
        ]),
      ),
    }));
  }
}

/** What the last drift pass did not believe stands beside what the engine's preflight says. */
function withDoubt(
  status: InstanceStatus,
  doubt: string | undefined,
): InstanceStatus {
  return doubt === undefined
    ? status
    : {
        ...status,
        conditions: [
          ...(status.conditions ?? []),
          { type: 'MassLoss', status: 'warn', message: doubt },
        ],
      };
}
