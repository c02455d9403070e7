import type { LiveUse } from '@data-resources/plugin-data-resources-common';
import { isProviderError } from '@data-resources/plugin-data-resources-node';
import type { Knex } from 'knex';
import type { GrantRow, ResourceRow } from '../database/rows';
import type { InstanceRegistry } from '../instances/InstanceRegistry';
import { readLiveUse } from '../liveUse/readLiveUse';

/** Who uses a resource now, asked of the engine each time. */
export class UseReader {
  readonly #knex: Knex;
  readonly #instances: InstanceRegistry;

  private constructor(options: { knex: Knex; instances: InstanceRegistry }) {
    this.#knex = options.knex;
    this.#instances = options.instances;
  }

  static create(options: {
    knex: Knex;
    instances: InstanceRegistry;
  }): UseReader {
    return new UseReader(options);
  }

  async read(resource: ResourceRow): Promise<LiveUse> {
    const instance = this.#instances.get(resource.instance);
    if (!instance) {
      return nothingSeen(
        `Instance ${resource.instance} is not configured any more.`,
      );
    }
    if (!resource.identity || resource.phase === 'deleted') {
      return nothingSeen('There is nothing on the engine.');
    }
    const signal = AbortSignal.timeout(instance.connection.callTimeoutMs);
    try {
      const uses = await readLiveUse(
        [
          {
            object: { name: resource.name, identity: resource.identity },
            grants: await this.#grants(resource),
          },
        ],
        instance.connection.provider(resource.type),
        instance.context(signal),
      );
      return uses.get(resource.name)!;
    } catch (error) {
      if (isProviderError(error)) {
        return nothingSeen(error.message);
      }
      throw error;
    }
  }

  async #grants({ id }: ResourceRow) {
    const rows: Pick<GrantRow, 'principal' | 'login_base'>[] =
      await this.#knex<GrantRow>('grants')
        .where({ resource_id: id })
        .distinct('principal', 'login_base');
    return rows.map(({ principal, login_base }) => ({
      principal,
      login: { base: login_base },
    }));
  }
}

function nothingSeen(message: string): LiveUse {
  return {
    users: [],
    measures: [],
    unseen: [],
    message,
    observedAt: new Date().toISOString(),
  };
}
