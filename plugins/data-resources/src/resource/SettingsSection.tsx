import { Button } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { Value } from '../components/Value';
import { WordBadge } from '../components/WordBadge';
import { useReference } from '../hooks/useReference';
import { settingDiffers } from '../words/settingWords';
import { ChangeDialog } from './ChangeDialog';
import { compareSettings } from './compareSettings';

/** What was asked for beside what the engine says. */
export const SettingsSection = ({ resource }: { resource: DataResource }) => {
  const [isOpen, setOpen] = useState(false);
  const { types } = useReference();
  const type = types.find(known => known.type === resource.type);
  // The engine knows what is the same in other words, such as 60s and 1min.
  const isAsDeclared = resource.conditions.some(
    condition => condition.type === 'Drifted' && condition.status === 'false',
  );
  return (
    <Section
      title="Settings"
      actions={
        type &&
        resource.can.includes('update') && (
          <Button variant="secondary" onPress={() => setOpen(true)}>
            Change…
          </Button>
        )
      }
    >
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
            label: 'Verdict',
            shrink: true,
            render: row =>
              row.differs &&
              !isAsDeclared && <WordBadge word={settingDiffers} />,
          },
        ]}
        rows={compareSettings(resource.spec, resource.observed)}
        rowKey={row => row.path}
      />
      {isOpen && type && (
        <ChangeDialog
          resource={resource}
          type={type}
          onClose={() => setOpen(false)}
        />
      )}
    </Section>
  );
};
