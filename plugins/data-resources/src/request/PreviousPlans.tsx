import type { Plan } from '@data-resources/plugin-data-resources-common';
import { ChangeCounts } from '../components/ChangeCounts';
import { Moment } from '../components/Moment';
import { RowTable } from '../components/RowTable';
import { Section } from '../components/Section';
import { Statement } from '../components/Statement';
import { Value } from '../components/Value';
import { comparePlans } from './comparePlans';
import styles from './PreviousPlans.module.css';

/** What the plan was before, beside what it is now: the newest of the older ones first. */
export const PreviousPlans = (props: { plans: Plan[]; current: Plan }) => {
  const plans = [...props.plans].sort((a, b) => b.revision - a.revision);

  return (
    <Section title="The plan changed">
      {plans.map((plan, index) => (
        <details key={plan.revision} open={index === 0} className={styles.plan}>
          <summary>
            Plan {plan.revision}, computed <Moment at={plan.observedAt} />,
            compared with plan {props.current.revision}{' '}
            <ChangeCounts changes={plan.changes} />
          </summary>
          <Comparison before={plan} after={props.current} />
        </details>
      ))}
    </Section>
  );
};

function Comparison(props: { before: Plan; after: Plan }) {
  const { before, after } = props;
  const { changes, unchanged, gone, added, arrived } = comparePlans(
    before,
    after,
  );

  return (
    <div className={styles.comparison}>
      {changes.length > 0 && (
        <RowTable
          label={`Plan ${before.revision} beside plan ${after.revision}`}
          columns={[
            {
              id: 'path',
              label: 'What',
              isRowHeader: true,
              render: row => <code>{row.path}</code>,
            },
            {
              id: 'before',
              label: `Plan ${before.revision}`,
              render: row => <Value value={row.before} />,
            },
            {
              id: 'after',
              label: `Plan ${after.revision}`,
              render: row => <Value value={row.after} />,
            },
          ]}
          rows={changes}
          rowKey={row => row.path}
        />
      )}
      <p className={styles.unchanged}>
        {unchanged} {unchanged === 1 ? 'change is' : 'changes are'} the same in
        both.
      </p>
      {arrived.length > 0 && (
        <p>
          In use now, and not when plan {before.revision} was made:{' '}
          {arrived.map(({ kind, name }) => `${kind} ${name}`).join(', ')}.
        </p>
      )}
      {gone.map(step => (
        <Statement
          key={step.id}
          title={`No longer run: ${step.title}`}
          text={step.call}
        />
      ))}
      {added.map(step => (
        <Statement
          key={step.id}
          title={`Run now: ${step.title}`}
          text={step.call}
        />
      ))}
    </div>
  );
}
