import { Button, Flex } from '@backstage/ui';
import {
  acceptDrift,
  isAccess,
  isForeignAccess,
  type DataResource,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { Value } from '../components/Value';
import { RequestDialog } from './RequestDialog';
import styles from './resource.module.css';

/** What the engine has otherwise than declared, and the two ways to end that. */
export const DriftSection = ({ resource }: { resource: DataResource }) => {
  const [way, setWay] = useState<'back' | 'over'>();
  const { id, name, spec, drift = [], can } = resource;
  if (drift.length === 0) {
    return null;
  }
  // Who reaches it is no setting; and what is not ours is never taken away.
  const hasSettings = drift.some(change => !isAccess(change));
  const hasForeign = drift.some(isForeignAccess);
  const canKeep = hasSettings || hasForeign;
  const canPutBack = drift.some(change => !isForeignAccess(change));
  return (
    <Section
      title="Drift"
      actions={
        can.includes('update') && (
          <Flex gap="2">
            {canPutBack && (
              <Button variant="secondary" onPress={() => setWay('back')}>
                Put it back…
              </Button>
            )}
            {canKeep && (
              <Button variant="secondary" onPress={() => setWay('over')}>
                Keep it as it is…
              </Button>
            )}
          </Flex>
        )
      }
    >
      <p className={styles.text}>
        Somebody changed {name} on the engine. Nothing is corrected by itself,
        unless a policy says so; ways in that the portal did not make are never
        taken away.
      </p>
      <RowTable
        label="Drift"
        columns={[
          {
            id: 'path',
            label: 'Setting',
            isRowHeader: true,
            render: change => <code>{change.path}</code>,
          },
          {
            id: 'from',
            label: 'On the engine',
            render: change => <Value value={change.from} />,
          },
          {
            id: 'to',
            label: 'Declared',
            render: change => <Value value={change.to} />,
          },
        ]}
        rows={drift}
        rowKey={change => change.path}
      />
      {way && (
        <RequestDialog
          title={titleOf(way, name, hasSettings)}
          submit="Request update"
          input={{
            action: 'update',
            resourceId: id,
            ...(way === 'back'
              ? { spec }
              : {
                  spec: acceptDrift(spec, drift),
                  ...(hasForeign ? { access: 'keep' } : {}),
                }),
          }}
          onClose={() => setWay(undefined)}
        >
          {way === 'back' && (
            <p>The engine gets the declared settings again.</p>
          )}
          {way === 'over' && hasSettings && (
            <p>
              The settings of the engine become the declared ones; the engine is
              not touched.
            </p>
          )}
          {way === 'over' && hasForeign && (
            <p>
              Ways in that the portal did not make are recorded as they are now,
              and are drift only when they change again. The portal goes on not
              managing them.
            </p>
          )}
        </RequestDialog>
      )}
    </Section>
  );
};

function titleOf(
  way: 'back' | 'over',
  name: string,
  hasSettings: boolean,
): string {
  if (way === 'back') {
    return `Put ${name} back to what was declared`;
  }
  return hasSettings
    ? `Declare ${name} as it is`
    : `Keep those who reach ${name}`;
}
