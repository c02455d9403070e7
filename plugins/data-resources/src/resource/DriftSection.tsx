import { Button, Flex } from '@backstage/ui';
import {
  acceptDrift,
  type Change,
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
  // Who reaches it is no setting; and what is not ours is shown and never taken away.
  const isSetting = ({ path }: Change) => !path.startsWith('access.');
  const canKeep = drift.some(isSetting);
  const canPutBack =
    canKeep || drift.some(({ kind }) => kind !== 'unsupported');
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
        unless a policy says so; ways in that the portal did not make are only
        shown.
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
          title={
            way === 'back'
              ? `Put ${name} back to what was declared`
              : `Declare ${name} as it is`
          }
          submit="Request update"
          input={{
            action: 'update',
            resourceId: id,
            spec: way === 'back' ? spec : acceptDrift(spec, drift),
          }}
          onClose={() => setWay(undefined)}
        >
          <p>
            {way === 'back'
              ? 'The engine gets the declared settings again. The plan of the request shows how.'
              : 'The settings of the engine become the declared ones; the engine is not touched.'}
          </p>
        </RequestDialog>
      )}
    </Section>
  );
};
