import { Button, Checkbox, TextAreaField, TextField } from '@backstage/ui';
import type {
  DataRequest,
  Plan,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { countChanges } from '../words/changeCounts';
import { approveVerb } from './approveVerb';
import { useFocusOnOpen } from '../hooks/useFocusOnOpen';
import styles from './DecisionBar.module.css';

/**
 * An approval: a comment if one likes; a tick for what is risky, the typed name for a deletion. Its
 * first field takes the focus, for the button that opened the form is gone.
 */
export const ApproveForm = (props: {
  request: DataRequest;
  plan: Plan;
  comment: string;
  onComment(comment: string): void;
  isPending: boolean;
  isDisabled: boolean;
  onCancel(): void;
  onApprove(): void;
}) => {
  const { request, plan } = props;
  const [isTicked, setTicked] = useState(false);
  const [name, setName] = useState('');

  const { removed } = countChanges(plan.changes);
  const isDelete = request.action === 'delete';
  const needsTick = plan.risk === 'high' || removed > 0 || isDelete;
  const isReady =
    (!needsTick || isTicked) && (!isDelete || name === request.name);

  const form = useFocusOnOpen<HTMLFormElement>();
  return (
    <form
      ref={form}
      className={styles.form}
      aria-label="Approve the request"
      onSubmit={event => {
        event.preventDefault();
        if (isReady && !props.isDisabled) {
          props.onApprove();
        }
      }}
    >
      {needsTick && (
        <Checkbox isSelected={isTicked} onChange={setTicked}>
          {removed > 0 || isDelete
            ? 'I have read the plan, and know that what it removes cannot be brought back.'
            : 'I have read the plan, and know that its risk is high.'}
        </Checkbox>
      )}
      {isDelete && (
        <TextField
          label={`Type ${request.name} to approve its deletion`}
          value={name}
          onChange={setName}
          autoComplete="off"
          spellCheck="false"
        />
      )}
      <TextAreaField
        label="Comment"
        secondaryLabel="optional"
        rows={2}
        maxLength={4000}
        value={props.comment}
        onChange={props.onComment}
      />
      <div className={styles.row}>
        <span className={styles.text} />
        <Button variant="tertiary" onPress={props.onCancel}>
          Cancel
        </Button>
        <Button
          type="submit"
          destructive={isDelete}
          isDisabled={!isReady || props.isDisabled}
          isPending={props.isPending}
        >
          {approveVerb(request, plan)}
        </Button>
      </div>
    </form>
  );
};
