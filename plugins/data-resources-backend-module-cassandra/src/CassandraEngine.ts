import type {
  Engine,
  EngineInstance,
  EngineInstanceOptions,
} from '@data-resources/plugin-data-resources-node';
import { CassandraInstance } from './CassandraInstance';
import { keyspaceType } from './keyspace/keyspaceType';

/** Apache Cassandra 4.1 and newer. */
export class CassandraEngine implements Engine {
  readonly name = 'cassandra';
  readonly types = [keyspaceType];

  static create(): CassandraEngine {
    return new CassandraEngine();
  }

  createInstance(options: EngineInstanceOptions): EngineInstance {
    return CassandraInstance.create(options);
  }
}
