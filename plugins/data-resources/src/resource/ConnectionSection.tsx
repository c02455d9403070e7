import { Button } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { CopyButton } from '../components/CopyButton';
import { Facts } from '../components/Facts';
import { Section } from '../components/Section';
import { Statement } from '../components/Statement';
import { Value } from '../components/Value';
import { ExportDialog } from '../exports/ExportDialog';
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
  loginDataCenters: 'Logins may come in through',
  keyspace: 'Keyspace',
  tls: 'TLS',
  host: 'Host',
  database: 'Database',
  sslmode: 'sslmode',
  hosts: 'All hosts',
  targetSessionAttrs: 'target_session_attrs',
  pooler: 'Pooler',
  poolMode: 'Pool mode',
};

/** Where a client connects to. Who it logs in as is a credential's business. */
export const ConnectionSection = ({ resource }: { resource: DataResource }) => {
  const [isOpen, setOpen] = useState(false);
  const {
    engine: _,
    ca,
    ...settings
  } = resource.connection as Record<string, unknown>;

  return (
    <Section
      title="Connection"
      actions={
        <Button variant="secondary" onPress={() => setOpen(true)}>
          Export…
        </Button>
      }
    >
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
      {isOpen && (
        <ExportDialog resource={resource} onClose={() => setOpen(false)} />
      )}
    </Section>
  );
};
