import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { cassandraConfigurations } from './cassandraConfigurations';
import { kafkaConfigurations } from './kafkaConfigurations';
import { postgresConfigurations } from './postgresConfigurations';

/** A configuration that a client takes as it is. */
export interface ClientConfiguration {
  id: string;
  title: string;
  text: string;
}

/** What the configurations of one engine are made of. */
export interface ConfigurationInput<C> {
  connection: C;
  username: string;
  password: string;
  /** The roles that the login has. */
  roles: string[];
}

/** Ready-to-paste configurations for a credential; none for an engine that we do not know. */
export function clientConfigurations(
  issued: IssuedCredentials,
  roles: string[],
): ClientConfiguration[] {
  const { connection, username, password } = issued;
  // The wire's `Connection` is open; its shape follows from `engine`.
  const input = <C>(): ConfigurationInput<C> => ({
    connection: connection as C,
    username,
    password,
    roles,
  });

  const own = configurationsOf(connection.engine, input);
  const { ca } = connection as { ca?: string };
  return ca ? [...own, { id: 'ca', title: 'ca.pem', text: ca }] : own;
}

function configurationsOf(
  engine: string,
  input: <C>() => ConfigurationInput<C>,
): ClientConfiguration[] {
  switch (engine) {
    case 'kafka':
      return kafkaConfigurations(input());
    case 'cassandra':
      return cassandraConfigurations(input());
    case 'postgres':
      return postgresConfigurations(input());
    default:
      return [];
  }
}
