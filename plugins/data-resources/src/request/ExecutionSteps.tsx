import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { Moment } from '../components/Moment';
import { WordBadge } from '../components/WordBadge';
import { sentence } from '../words/sentence';
import { executionStates } from '../words/resourceWords';
import styles from './Timeline.module.css';

/** Every step with what came of it. */
export const ExecutionSteps = ({ request }: { request: DataRequest }) => {
  if (request.execution.length === 0) {
    return (
      <p className={styles.when}>
        {['pending', 'approved'].includes(request.state)
          ? 'Nothing has been run yet.'
          : 'Nothing was run.'}
      </p>
    );
  }
  return (
    <ol className={styles.timeline} aria-label="Execution steps">
      {request.execution.map((step, index) => {
        const title =
          request.plan.steps.find(({ id }) => id === step.stepId)?.title ??
          step.stepId;
        return (
          <li key={step.stepId} className={styles.step}>
            <div>
              {index + 1}. {title}
              <div className={styles.when}>
                {step.attempt > 1 && `Attempt ${step.attempt}. `}
                {step.startedAt && <Moment at={step.startedAt} />}
              </div>
              {step.note && <p className={styles.note}>{step.note}</p>}
              {step.error && (
                <p className={styles.error}>
                  {step.error.reason}:{' '}
                  {step.error.retryable
                    ? `${sentence(step.error.message)} It is tried again.`
                    : step.error.message}
                </p>
              )}
            </div>
            <WordBadge word={executionStates[step.state]} />
          </li>
        );
      })}
    </ol>
  );
};
