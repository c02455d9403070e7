import type { Connection } from '@data-resources/plugin-data-resources-common';
import { CopyButton } from '../components/CopyButton';
import { Facts } from '../components/Facts';
import { Section } from '../components/Section';
import { Statement } from '../components/Statement';
import { Value } from '../components/Value';
import styles from './resource.module.css';

const labels: Record<string, string> = {
  bootstrapServers: 'Bootstrap servers',
  securityProtocol: 'Security protocol',
  saslMechanism: 'SASL mechanism',
  topic: 'Topic',
  groupPrefix: 'Consumer group prefix',
  contactPoints: 'Contact points',
  port: 'Port',
  localDataCenter: 'Local data centre',
  keyspace: 'Keyspace',
  tls: 'TLS',
  host: 'Host',
  database: 'Database',
  sslmode: 'sslmode',
};

/** Where a client connects to. Who it logs in as is a credential's business. */
export const ConnectionSection = (props: { connection: Connection }) => {
  const {
    engine: _,
    ca,
    ...settings
  } = props.connection as Record<string, unknown>;

  return (
    <Section title="Connection">
      <Facts
        items={Object.entries(settings)
          .filter(([, value]) => value !== undefined && value !== null)
          .map(([name, value]) => {
            const text = Array.isArray(value) ? value.join(',') : `${value}`;
            return {
              label: labels[name] ?? name,
              value: (
                <span className={styles.value}>
                  <Value value={text} />
                  <CopyButton text={text} what={labels[name] ?? name} />
                </span>
              ),
            };
          })}
      />
      {typeof ca === 'string' && (
        <Statement title="Certificate authority (ca.pem)" text={ca} isPlain />
      )}
    </Section>
  );
};
