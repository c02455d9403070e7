import type { Instance } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import { resourceCounts } from '../resources/ResourceCounter';
import type { InstanceRegistry } from './InstanceRegistry';

/** Shows instances with what was last seen of them; never asks a cluster. */
export class InstanceReader {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;

  private constructor(options: { knex: Knex; instances: InstanceRegistry }) {
    this.#knex = options.knex;
    this.#instances = options.instances;
  }

  static create(options: {
    knex: Knex;
    instances: InstanceRegistry;
  }): InstanceReader {
    return new InstanceReader(options);
  }

  async list(): Promise<Instance[]> {
    const counts = await resourceCounts(this.#knex);
    return this.#instances.all().map(instance => ({
      name: instance.name,
      engine: instance.engine,
      environment: instance.environment,
      title: instance.title,
      owner: instance.owner,
      entityRef: instance.entityRef,
      types: instance.types.map(({ type }) => type),
      status: instance.status,
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
