import type { LoggerService } from '@backstage/backend-plugin-api';
import type { Config } from '@backstage/config';
import type { EngineInstance } from './EngineInstance';
import type { ResourceType } from './ResourceType';

/**
 * What an engine is given to open one configured instance.
 *
 * @public
 */
export interface EngineInstanceOptions {
  /** The instance's name, unique in the configuration, e.g. `kafka-dev`. */
  name: string;
  environment: string;
  /** Stands in markers and login names; never changes for an installation. */
  installationId: string;
  /**
   * The whole `dataResources.instances[i]` object. The engine reads `admin`, `client` and
   * `limits` from it; errors must carry the path, which `Config`'s own errors do.
   */
  config: Config;
  logger: LoggerService;
}

/**
 * An engine: `kafka`, `cassandra`, `postgres`, or one that an adopter brings.
 *
 * @public
 */
export interface Engine {
  readonly name: string;
  readonly types: readonly ResourceType[];
  /**
   * Checks the configuration and prepares an instance without any I/O, so that a cluster
   * that is down never stops the portal from starting. Throws an `InputError` that names
   * the path of what is wrong.
   */
  createInstance(options: EngineInstanceOptions): EngineInstance;
}
