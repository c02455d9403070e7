import { BreadcrumbEntry, useRouteRef } from '@backstage/frontend-plugin-api';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { FindingList } from '../components/FindingList';
import { PageFrame } from '../components/PageFrame';
import { Section } from '../components/Section';
import { Statement } from '../components/Statement';
import { ChangeCounts } from '../components/ChangeCounts';
import { LiveUseTables } from '../use/LiveUseTables';
import { requestsRouteRef } from '../routes';
import { requestTitle } from '../words/requestWords';
import { ChangeTable } from './ChangeTable';
import { DecisionBar } from './DecisionBar';
import { DecisionTimeline } from './DecisionTimeline';
import { ExecutionSteps } from './ExecutionSteps';
import { PreviousPlans } from './PreviousPlans';
import { RequestHeader } from './RequestHeader';
import { RequestVerdict } from './RequestVerdict';
import styles from './RequestView.module.css';

/**
 * A request from verdict to outcome. The plan stays the one that its reader opened: where a new one
 * was made meanwhile, they are told, and see and decide it only when they asked for it.
 */
export const RequestView = (props: {
  request: DataRequest;
  onChanged(request: DataRequest): void;
  onReload(): void;
}) => {
  const { request } = props;
  const [read, setRead] = useState(request.plan);
  const isOutdated = read.hash !== request.plan.hash;
  const base = useRouteRef(requestsRouteRef)?.() ?? '';
  // Findings and approvals of the same plan do move on.
  const plan = isOutdated ? read : request.plan;

  return (
    <BreadcrumbEntry
      entry={{ label: requestTitle(request), href: `${base}/${request.id}` }}
    >
      <RequestHeader request={request} />
      <PageFrame>
        <RequestVerdict request={request} />

        <Section title="Plan" note={<ChangeCounts changes={plan.changes} />}>
          <ChangeTable changes={plan.changes} />
          <h4 className={styles.subtitle}>
            {plan.steps.length === 0
              ? 'Nothing is run for this plan'
              : 'What is run, in this order'}
          </h4>
          {plan.steps.map((step, index) => (
            <Statement
              key={step.id}
              title={`${index + 1}. ${step.title}`}
              text={step.call}
              folds
            />
          ))}
        </Section>

        {request.previousPlans.length > 0 && (
          <PreviousPlans plans={request.previousPlans} current={plan} />
        )}

        <Section title="Findings">
          {plan.findings.length > 0 ? (
            <FindingList findings={plan.findings} />
          ) : (
            <p className={styles.nothing}>
              The policies have nothing to say against it.
            </p>
          )}
        </Section>

        {plan.use && (
          <Section title="Live use">
            <LiveUseTables use={plan.use} />
          </Section>
        )}

        <Section title="Decisions">
          <DecisionTimeline request={request} />
        </Section>

        <Section title="Execution">
          <ExecutionSteps request={request} />
        </Section>

        <DecisionBar
          request={request}
          plan={plan}
          isOutdated={isOutdated}
          onShowNewPlan={() => setRead(request.plan)}
          onChanged={props.onChanged}
          onReload={props.onReload}
        />
      </PageFrame>
    </BreadcrumbEntry>
  );
};
