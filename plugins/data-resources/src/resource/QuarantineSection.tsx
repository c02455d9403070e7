import { Button, Flex } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { Moment } from '../components/Moment';
import { useNow } from '../hooks/useNow';
import { Section } from '../components/Section';
import { RequestDialog } from './RequestDialog';
import styles from './resource.module.css';

/** What is still in use at the end stays until people have decided. */
const Ending = ({ at }: { at: string }) =>
  Date.parse(at) > useNow(30_000) ? (
    <>
      It is removed for good <Moment at={at} />.
    </>
  ) : (
    <>
      Its time was over <Moment at={at} />; the request for its removal says
      what that waits for.
    </>
  );

/** Until when a deletion can be undone, and the way back. */
export const QuarantineSection = ({ resource }: { resource: DataResource }) => {
  const [isOpen, setOpen] = useState(false);
  const { id, name, phase, purgeAt, can } = resource;
  if (phase !== 'quarantined') {
    return null;
  }
  return (
    <Section title="Quarantine">
      <Flex
        align="center"
        justify="between"
        gap="3"
        style={{ flexWrap: 'wrap' }}
      >
        <p className={styles.text}>
          Nobody can use {name}; its data and its grants are kept.{' '}
          {purgeAt && <Ending at={purgeAt} />}
        </p>
        {can.includes('restore') && (
          <Button onPress={() => setOpen(true)}>Request restore…</Button>
        )}
      </Flex>
      {isOpen && (
        <RequestDialog
          title={`Restore ${name}`}
          submit="Request restore"
          input={{ action: 'restore', resourceId: id }}
          onClose={() => setOpen(false)}
        >
          <p>Everybody who had access to {name} gets it back.</p>
        </RequestDialog>
      )}
    </Section>
  );
};
