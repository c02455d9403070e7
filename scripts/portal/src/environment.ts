import {
  Account,
  EngineName,
  EnginePorts,
  EnginesDescription,
} from '@data-resources/test-engines';

/** Ports of the portal itself. */
export interface PortalPorts {
  app: number;
  backend: number;
  /** Where Prometheus may read the backend's metrics; none are served without. */
  metrics?: number;
}

/** What `app-config.yaml` reads its addresses and secrets from. */
export interface EnvironmentOptions {
  description: EnginesDescription;
  /** Ports of all engines, those that do not run included. */
  enginePorts: EnginePorts;
  portalPorts: PortalPorts;
  /** Why an engine does not run, by its name. */
  unavailable: Map<EngineName, string>;
}

/** Configuration wants a login even where no server listens. */
const nobody: Account = { user: 'unavailable', password: 'unavailable' };

/**
 * The environment of the backend and the app. An engine that does not run keeps its
 * port, on which nothing listens, so that its instance shows as unreachable.
 */
export function portalEnvironment(
  options: EnvironmentOptions,
): Record<string, string> {
  const { engines } = options.description;
  const { enginePorts: ports, portalPorts } = options;
  const account = (name: EngineName) => engines[name]?.provisioner ?? nobody;
  const kafka = engines['kafka-dev'];
  const cassandra = engines['cassandra-dev'];
  return {
    NODE_ENV: 'development',
    PORTAL_APP_PORT: String(portalPorts.app),
    PORTAL_BACKEND_PORT: String(portalPorts.backend),
    ...(portalPorts.metrics
      ? { OTEL_EXPORTER_PROMETHEUS_PORT: String(portalPorts.metrics) }
      : {}),
    ...address('PORTAL_DB', ports['portal-db'], account('portal')),
    ...address('POSTGRES_DEV', ports['postgres-dev'], account('postgres-dev')),
    ...address(
      'POSTGRES_PROD',
      ports['postgres-prod'],
      account('postgres-prod'),
    ),
    KAFKA_DEV_BOOTSTRAP: `127.0.0.1:${ports['kafka-dev']}`,
    KAFKA_DEV_BOOTSTRAP_TLS: `localhost:${ports['kafka-dev-tls']}`,
    ...(kafka ? { KAFKA_DEV_CA_FILE: kafka.caFile } : {}),
    ...login('KAFKA_DEV', account('kafka-dev')),
    CASSANDRA_DEV_CONTACT_POINT: '127.0.0.1',
    CASSANDRA_DEV_PORT: String(ports['cassandra-dev']),
    CASSANDRA_DEV_DATACENTER: cassandra?.dataCenter ?? 'dc1',
    ...login('CASSANDRA_DEV', account('cassandra-dev')),
    ...Object.fromEntries(
      [...options.unavailable].map(([name, reason]) => [
        unavailableVariable(name),
        reason,
      ]),
    ),
  };
}

/** E.g. `KAFKA_DEV_UNAVAILABLE_REASON`: why the engine of an instance does not run. */
export function unavailableVariable(name: EngineName): string {
  return `${name.replaceAll('-', '_').toUpperCase()}_UNAVAILABLE_REASON`;
}

function address(prefix: string, port: number, account: Account) {
  return {
    [`${prefix}_HOST`]: '127.0.0.1',
    [`${prefix}_PORT`]: String(port),
    ...login(prefix, account),
  };
}

function login(prefix: string, { user, password }: Account) {
  return { [`${prefix}_USER`]: user, [`${prefix}_PASSWORD`]: password };
}
