import type { InstanceCondition } from '@data-resources/plugin-data-resources-node';
import type { BrokerSettings } from '../client/cluster';
import type { AdminConfig, ClientConfig } from '../config/readKafkaConfig';

const DAY_MS = 24 * 60 * 60_000;
/** Time enough to get another certificate. */
const SOON_DAYS = 30;

/** Whether others can read along, on the portal's connections and on those of clients. */
export function transportConditions(
  { admin, client }: { admin: AdminConfig; client: ClientConfig },
  brokers: ReadonlyMap<number, BrokerSettings>,
  now: number,
): InstanceCondition[] {
  return [
    adminTransport(admin),
    clientTransport(client, [...brokers.values()]),
    ...certificateConditions(admin, now),
  ];
}

function adminTransport({ tls, sasl }: AdminConfig): InstanceCondition {
  return {
    type: 'AdminTransport',
    status: tls ? 'ok' : 'warn',
    message: tls
      ? "The portal's own connections are encrypted."
      : `The portal's own connections are not encrypted, and it may change every ACL. Set admin.securityProtocol to ${
          sasl ? 'SASL_SSL' : 'SSL'
        }.`,
  };
}

function clientTransport(
  { securityProtocol }: ClientConfig,
  brokers: readonly BrokerSettings[],
): InstanceCondition {
  const type = 'ClientTransport';
  const without = brokers.filter(
    settings => !protocolsOf(settings).has(securityProtocol),
  );
  if (brokers.length > 0 && without.length === brokers.length) {
    return {
      type,
      status: 'warn',
      message: `Users are told ${securityProtocol}, and no listener of the brokers speaks it. Set client.securityProtocol and client.bootstrapServers to a listener that is there, unless something between clients and brokers sees to it.`,
    };
  }
  return {
    type,
    status: securityProtocol === 'SASL_SSL' ? 'ok' : 'warn',
    message:
      securityProtocol === 'SASL_SSL'
        ? 'Users are told a listener that encrypts.'
        : 'Users are told a listener that does not encrypt: what they write and read can be read along. Offer a SASL_SSL listener and set client.securityProtocol to SASL_SSL.',
  };
}

/** The security protocols of a broker's listeners; none where it does not tell them. */
export function protocolsOf(settings: BrokerSettings): Set<string> {
  const protocols = new Map(
    (settings.get('listener.security.protocol.map')?.value ?? '')
      .split(',')
      .map(pair => pair.trim().split(':') as [string, string]),
  );
  return new Set(
    listenersOf(settings).map(name => protocols.get(name) ?? name),
  );
}

/** The names of a broker's listeners, without those of controllers. */
export function listenersOf(settings: BrokerSettings): string[] {
  const controllers = (settings.get('controller.listener.names')?.value ?? '')
    .split(',')
    .map(name => name.trim());
  return (settings.get('listeners')?.value ?? '')
    .split(',')
    .map(text => text.trim().split('://')[0])
    .filter(name => name !== '' && !controllers.includes(name));
}

function certificateConditions(
  { certificate }: AdminConfig,
  now: number,
): InstanceCondition[] {
  if (!certificate) {
    return [];
  }
  const day = certificate.validTo.slice(0, 10);
  const left = Math.floor((Date.parse(certificate.validTo) - now) / DAY_MS);
  return [
    {
      type: 'AdminCertificate',
      status: left < SOON_DAYS ? 'warn' : 'ok',
      message:
        left < SOON_DAYS
          ? `The portal's certificate is valid until ${day}, ${Math.max(
              0,
              left,
            )} days from now; then no broker lets it in. Put a new one into admin.certificate and admin.key.`
          : `The portal's certificate is valid until ${day}.`,
    },
  ];
}
