import { Button, TextAreaField } from '@backstage/ui';
import { useFocusOnOpen } from '../hooks/useFocusOnOpen';
import styles from './DecisionBar.module.css';

/** A rejection, which needs a reason: whoever asked should know what would pass. */
export const RejectForm = (props: {
  comment: string;
  onComment(comment: string): void;
  isPending: boolean;
  onCancel(): void;
  onReject(): void;
}) => {
  const isReady = props.comment.trim().length > 0;

  const form = useFocusOnOpen<HTMLFormElement>();
  return (
    <form
      ref={form}
      className={styles.form}
      aria-label="Reject the request"
      onSubmit={event => {
        event.preventDefault();
        if (isReady) {
          props.onReject();
        }
      }}
    >
      <TextAreaField
        label="Reason"
        secondaryLabel="required"
        description="Say what would have to be different. The requester reads it."
        isRequired
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
          destructive
          isDisabled={!isReady}
          isPending={props.isPending}
        >
          Reject
        </Button>
      </div>
    </form>
  );
};
