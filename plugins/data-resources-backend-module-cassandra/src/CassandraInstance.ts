import { InputError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import type {
  CallContext,
  ClusterIdentity,
  EngineInstance,
  EngineInstanceOptions,
  InstanceProbe,
  LoginProvider,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import { readCassandraConfig } from './config/readCassandraConfig';
import { KeyspaceProvider } from './keyspace/KeyspaceProvider';
import { KeyspaceReader } from './keyspace/KeyspaceReader';
import { keyspaceType } from './keyspace/keyspaceType';
import { CassandraLogins } from './logins/CassandraLogins';
import { ClusterIdentifier } from './probe/ClusterIdentifier';
import { MetaKeyspace } from './probe/MetaKeyspace';
import { probeCluster } from './probe/probeCluster';
import { MembershipReader } from './roles/MembershipReader';
import { RoleReader } from './roles/RoleReader';
import { CassandraSession } from './session/CassandraSession';
import { Deadline } from './session/Deadline';

/** One configured Cassandra cluster. */
export class CassandraInstance implements EngineInstance {
  readonly limits: JsonObject;
  readonly callTimeoutMs: number;
  readonly logins: LoginProvider;
  readonly #name: string;
  readonly #session: CassandraSession;
  readonly #keyspaces: KeyspaceProvider;
  readonly #identifier: ClusterIdentifier;
  readonly #probe: (deadline: Deadline) => Promise<InstanceProbe>;

  private constructor(options: EngineInstanceOptions) {
    const { admin, client, limits } = readCassandraConfig(options.config);
    const { callTimeoutMs } = admin;
    const session = CassandraSession.create({ admin, name: options.name });
    const roles = RoleReader.create(session);
    const meta = MetaKeyspace.create({
      session,
      installationId: options.installationId,
    });
    const probeTools = {
      session,
      limits,
      contactPoints: admin.contactPoints,
      loginDataCenters: client.dataCenters,
      keyspaces: KeyspaceReader.create(session),
      members: MembershipReader.create({ session, roles }),
      meta,
    };
    this.#identifier = ClusterIdentifier.create({ session, meta });
    this.#name = options.name;
    this.#session = session;
    this.#probe = deadline => probeCluster({ ...probeTools, deadline });
    this.#keyspaces = KeyspaceProvider.create({
      session,
      roles,
      client,
      callTimeoutMs,
    });
    this.logins = CassandraLogins.create({
      session,
      roles,
      dataCenters: client.dataCenters,
      callTimeoutMs,
    });
    this.limits = limits;
    this.callTimeoutMs = callTimeoutMs;
  }

  /** Checks the configuration; opens no connection. */
  static create(options: EngineInstanceOptions): CassandraInstance {
    return new CassandraInstance(options);
  }

  probe(context: CallContext): Promise<InstanceProbe> {
    return this.#probe(Deadline.start(context, this.callTimeoutMs));
  }

  identify(context: CallContext): Promise<ClusterIdentity> {
    return this.#identifier.identify(
      Deadline.start(context, this.callTimeoutMs),
    );
  }

  provider(type: string): ResourceProvider {
    if (type !== keyspaceType.type) {
      throw new InputError(
        `The instance '${this.#name}' has no type '${type}'; Cassandra has '${
          keyspaceType.type
        }'`,
      );
    }
    return this.#keyspaces;
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}
