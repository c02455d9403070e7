import { Button } from '@backstage/ui';
import { useFocusOnOpen } from '../hooks/useFocusOnOpen';
import styles from './DecisionBar.module.css';

/** Asks once more before a request is taken back. */
export function WithdrawForm(props: {
  isPending: boolean;
  onCancel(): void;
  onWithdraw(): void;
}) {
  const row = useFocusOnOpen<HTMLDivElement>();
  return (
    <div ref={row} className={styles.row}>
      <span className={styles.text}>
        Withdraw this request? Nothing is changed; you can ask again.
      </span>
      <Button variant="tertiary" onPress={props.onCancel}>
        Keep it
      </Button>
      <Button
        destructive
        isPending={props.isPending}
        onPress={props.onWithdraw}
      >
        Withdraw the request
      </Button>
    </div>
  );
}
