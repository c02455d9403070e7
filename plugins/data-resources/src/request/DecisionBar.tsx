import { Alert, Button } from '@backstage/ui';
import type {
  DataRequest,
  Plan,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import { useWrite } from '../hooks/useWrite';
import { ApproveForm } from './ApproveForm';
import { RejectForm } from './RejectForm';
import { WithdrawForm } from './WithdrawForm';
import { approveVerb } from './approveVerb';
import styles from './DecisionBar.module.css';

type Form = 'approve' | 'reject' | 'withdraw';

/**
 * What the reader may do next, always in sight. Which buttons there are is the API's `can` alone;
 * what was typed outlives every refresh and every refusal.
 */
export const DecisionBar = (props: {
  request: DataRequest;
  /** The plan that the reader sees, which is the one they decide. */
  plan: Plan;
  isOutdated: boolean;
  onShowNewPlan(): void;
  onChanged(request: DataRequest): void;
  onReload(): void;
}) => {
  const { request, plan, isOutdated, onChanged } = props;
  const api = useApi(dataResourcesApiRef);
  const [form, setForm] = useState<Form>();
  const [comment, setComment] = useState('');
  const [failed, setFailed] = useState('');

  const write = useWrite(
    async (what: string, call: () => Promise<DataRequest>) => {
      setFailed(what);
      onChanged(await call());
      setForm(undefined);
      setComment('');
    },
  );

  const can = (action: string) => request.can.includes(action);
  const canDecide = can('approve') || can('reject');
  if (!canDecide && !can('withdraw') && !can('retry')) {
    return null;
  }

  const open = (which: Form | undefined) => {
    write.forget();
    setForm(which);
  };

  return (
    <section className={styles.bar} aria-label="Decision">
      {isOutdated && canDecide && (
        <Alert
          role="alert"
          status="warning"
          icon
          title="A new plan was made while you were reading"
          description="What you approve is what runs, so read the new plan first."
          customActions={
            <Button variant="secondary" onPress={props.onShowNewPlan}>
              Show the new plan
            </Button>
          }
        />
      )}
      {write.error && (
        <ErrorNotice
          title={`Could not ${failed} the request`}
          error={write.error}
        >
          <Button
            variant="secondary"
            onPress={() => {
              write.forget();
              props.onReload();
            }}
          >
            Load the request again
          </Button>
        </ErrorNotice>
      )}

      {form === 'approve' && can('approve') && (
        <ApproveForm
          // Another plan: what was ticked and typed for this one does not count.
          key={plan.hash}
          request={request}
          plan={plan}
          comment={comment}
          onComment={setComment}
          isPending={write.isPending}
          isDisabled={isOutdated}
          onCancel={() => open(undefined)}
          onApprove={() =>
            write.run('approve', () =>
              api.approveRequest(request.id, {
                planHash: plan.hash,
                comment: comment.trim() || undefined,
              }),
            )
          }
        />
      )}
      {form === 'reject' && can('reject') && (
        <RejectForm
          comment={comment}
          onComment={setComment}
          isPending={write.isPending}
          onCancel={() => open(undefined)}
          onReject={() =>
            write.run('reject', () =>
              api.rejectRequest(request.id, { comment: comment.trim() }),
            )
          }
        />
      )}
      {form === 'withdraw' && can('withdraw') && (
        <WithdrawForm
          isPending={write.isPending}
          onCancel={() => open(undefined)}
          onWithdraw={() =>
            write.run('withdraw', () => api.withdrawRequest(request.id))
          }
        />
      )}

      {(!form || !can(form)) && (
        <div className={styles.row}>
          <span className={styles.text}>
            {canDecide && 'Your decision is asked for.'}
            {can('retry') &&
              'What failed can be tried again, from where it stopped.'}
            {!canDecide && can('withdraw') && 'You can take this request back.'}
          </span>
          {can('withdraw') && (
            <Button variant="secondary" onPress={() => open('withdraw')}>
              Withdraw…
            </Button>
          )}
          {can('retry') && (
            <Button
              isPending={write.isPending}
              onPress={() =>
                write.run('retry', () => api.retryRequest(request.id))
              }
            >
              Retry what failed
            </Button>
          )}
          {can('reject') && (
            <Button variant="secondary" onPress={() => open('reject')}>
              Reject…
            </Button>
          )}
          {can('approve') && (
            <Button isDisabled={isOutdated} onPress={() => open('approve')}>
              {approveVerb(request, plan)}…
            </Button>
          )}
        </div>
      )}
    </section>
  );
};
