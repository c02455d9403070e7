import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { Value } from '../components/Value';
import { WordBadge } from '../components/WordBadge';
import { settingDiffers } from '../words/settingWords';
import { compareSettings } from './compareSettings';

/** What was asked for beside what the engine says. */
export const SettingsSection = ({ resource }: { resource: DataResource }) => (
  <Section title="Settings">
    <RowTable
      label="Settings, as declared and as observed"
      columns={[
        {
          id: 'name',
          label: 'Setting',
          isRowHeader: true,
          render: row => <code>{row.path}</code>,
        },
        {
          id: 'spec',
          label: 'Declared',
          render: row => <Value value={row.declared} />,
        },
        {
          id: 'observed',
          label: 'Observed',
          render: row => <Value value={row.observed} />,
        },
        {
          id: 'verdict',
          label: '',
          shrink: true,
          render: row => row.differs && <WordBadge word={settingDiffers} />,
        },
      ]}
      rows={compareSettings(resource.spec, resource.observed)}
      rowKey={row => row.path}
    />
  </Section>
);
