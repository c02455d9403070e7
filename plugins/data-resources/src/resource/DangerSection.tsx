import { Button, Flex } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { Section } from '../components/Section';
import { DeleteDialog } from './DeleteDialog';
import styles from './resource.module.css';

/** Deletion, for those who may ask for it. */
export const DangerSection = ({ resource }: { resource: DataResource }) => {
  const [isOpen, setOpen] = useState(false);
  if (!resource.can.includes('delete')) {
    return null;
  }
  return (
    <Section title="Delete">
      <Flex
        align="center"
        justify="between"
        gap="3"
        style={{ flexWrap: 'wrap' }}
      >
        <p className={styles.text}>
          {resource.phase === 'quarantined'
            ? `Asks for the removal of ${resource.name} for good, without waiting for the end of its quarantine.`
            : `Asks for the deletion of ${resource.name} with all its data and access.`}
        </p>
        <Button variant="secondary" destructive onPress={() => setOpen(true)}>
          Request deletion…
        </Button>
      </Flex>
      {isOpen && (
        <DeleteDialog resource={resource} onClose={() => setOpen(false)} />
      )}
    </Section>
  );
};
