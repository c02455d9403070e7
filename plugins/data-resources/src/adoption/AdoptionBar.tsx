import { BgProvider, Button, Flex, TextField } from '@backstage/ui';
import type { Discovery } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { EntityPicker } from '../components/EntityPicker';
import { ErrorNotice } from '../components/ErrorNotice';
import { MOST_AT_ONCE, type AdoptionChoice } from './adoptionInput';
import styles from './adoption.module.css';

/** What is to become of the selected discoveries. */
export const AdoptionBar = (props: {
  selected: Discovery[];
  isPending: boolean;
  error?: Error;
  onAdopt(choice: AdoptionChoice): void;
  onClear(): void;
}) => {
  const { selected } = props;
  const [owner, setOwner] = useState<string>();
  const [reason, setReason] = useState('');
  const ownerless = owner
    ? 0
    : selected.filter(({ suggestedOwner }) => !suggestedOwner).length;
  const obstacle = obstacleOf(selected.length, ownerless);
  const adopt = () =>
    props.onAdopt({ owner, reason: reason.trim() || undefined });

  return (
    <BgProvider bg="neutral-1">
      <section aria-label="Adopt what is selected" className={styles.bar}>
        <Flex align="end" gap="3" style={{ flexWrap: 'wrap' }}>
          <EntityPicker
            label="Owner"
            description="Instead of the suggested ones"
            placeholder="As suggested"
            filter={{ kind: 'group' }}
            value={owner}
            onChange={setOwner}
          />
          <TextField
            label="Reason"
            secondaryLabel="optional"
            value={reason}
            onChange={setReason}
          />
          <Button
            isDisabled={obstacle !== undefined}
            isPending={props.isPending}
            onPress={adopt}
          >
            {selected.length === 1
              ? 'Request adoption'
              : `Request ${selected.length} adoptions`}
          </Button>
          <Button variant="tertiary" onPress={props.onClear}>
            Clear selection
          </Button>
        </Flex>
        <p className={styles.note} role="status">
          {obstacle ??
            (selected.length === 1
              ? 'Its new owners decide. Adopting changes no data, no setting and nobody’s access.'
              : 'Somebody else of the platform team decides. Adopting changes no data, no setting and nobody’s access.')}
        </p>
        {props.error && (
          <ErrorNotice
            title="Nothing was asked for"
            error={props.error}
            onRetry={adopt}
          />
        )}
      </section>
    </BgProvider>
  );
};

function obstacleOf(count: number, ownerless: number): string | undefined {
  if (count > MOST_AT_ONCE) {
    return `${count} are selected; at most ${MOST_AT_ONCE} can be asked for at once.`;
  }
  if (ownerless === 0) {
    return undefined;
  }
  if (count === 1) {
    return 'Nobody is suggested as its owner: choose one.';
  }
  return ownerless === 1
    ? 'For one of them nobody is suggested: choose an owner, or leave it out.'
    : `For ${ownerless} of them nobody is suggested: choose an owner, or leave them out.`;
}
