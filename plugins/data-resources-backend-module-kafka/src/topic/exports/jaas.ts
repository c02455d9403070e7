const LOGIN_MODULE = 'org.apache.kafka.common.security.scram.ScramLoginModule';

/** The value of `sasl.jaas.config`; each side is what the client puts in place of itself. */
export function jaasConfig(login: {
  username: string;
  password: string;
}): string {
  return `${LOGIN_MODULE} required username="${login.username}" password="${login.password}";`;
}

/** As Kafka's own configuration names variables of the environment; clients from 3.5 on. */
export function environmentValue(name: string): string {
  return `\${env:${name}}`;
}

/** What makes {@link environmentValue} work. */
export const ENVIRONMENT_PROVIDER = [
  ['config.providers', 'env'],
  [
    'config.providers.env.class',
    'org.apache.kafka.common.config.provider.EnvVarConfigProvider',
  ],
] as const;
