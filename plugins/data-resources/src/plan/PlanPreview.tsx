import { Flex } from '@backstage/ui';
import type { Plan } from '@data-resources/plugin-data-resources-common';
import { ChangeCounts } from '../components/ChangeCounts';
import { EntityName } from '../components/EntityName';
import { ErrorNotice } from '../components/ErrorNotice';
import { FindingList } from '../components/FindingList';
import { Statement } from '../components/Statement';
import { WordBadge } from '../components/WordBadge';
import { ChangeTable } from '../request/ChangeTable';
import { risks } from '../words/requestWords';
import type { PlanOfInput } from './usePlan';
import styles from './PlanPreview.module.css';

/** What would be done, at which risk, what the policies say and who decides: before it is sent. */
export const PlanPreview = ({ answer }: { answer: PlanOfInput }) => {
  const { plan, error, isStale } = answer;
  return (
    <section
      aria-label="Plan"
      aria-busy={isStale}
      className={styles.plan}
      data-stale={isStale}
    >
      {error && <ErrorNotice title="This cannot be planned" error={error} />}
      {plan && (
        <>
          <Flex align="center" gap="3" style={{ flexWrap: 'wrap' }}>
            <strong>Plan</strong>
            <ChangeCounts changes={plan.changes} />
            <WordBadge word={risks[plan.risk]} />
          </Flex>
          <ChangeTable changes={plan.changes} label="What would change" />
          {plan.findings.length > 0 && <FindingList findings={plan.findings} />}
          {plan.steps.length > 0 && (
            <details className={styles.steps}>
              <summary>What would be run ({plan.steps.length})</summary>
              {plan.steps.map((step, index) => (
                <Statement
                  key={step.id}
                  title={`${index + 1}. ${step.title}`}
                  text={step.call}
                  folds
                />
              ))}
            </details>
          )}
        </>
      )}
      {/* Always there, so that those who hear the page are told when it changes. */}
      <p className={styles.decides} role="status">
        {plan && <WhoApproves plan={plan} />}
        {!plan && !error && 'Planning…'}
      </p>
    </section>
  );
};

function WhoApproves({ plan }: { plan: Plan }) {
  if (plan.findings.some(({ effect }) => effect === 'deny')) {
    return <>This would be refused.</>;
  }
  if (plan.approval.mode === 'auto') {
    return <>Approved automatically.</>;
  }
  return (
    <>
      Decided by{' '}
      {plan.approval.required.map(({ group, count }, index) => (
        <span key={group}>
          {index > 0 && ' and '}
          {count > 1 && `${count} of `}
          <EntityName entityRef={group} />
        </span>
      ))}
      .
    </>
  );
}
