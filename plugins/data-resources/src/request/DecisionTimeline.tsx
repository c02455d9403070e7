import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import BlockIcon from '@material-ui/icons/Block';
import SendIcon from '@material-ui/icons/SendOutlined';
import ThumbUpIcon from '@material-ui/icons/ThumbUpAltOutlined';
import type { ReactNode } from 'react';
import { EntityName } from '../components/EntityName';
import { Moment } from '../components/Moment';
import styles from './Timeline.module.css';
import { WhoDecides } from './WhoDecides';

/** Who asked and who decided what, in order, and who must decide next. */
export const DecisionTimeline = ({ request }: { request: DataRequest }) => (
  <ol className={styles.timeline}>
    <Entry icon={<SendIcon fontSize="inherit" />} at={request.createdAt}>
      <EntityName entityRef={request.requestedBy} /> asked
    </Entry>
    {request.decisions.map(decision => (
      <Entry
        key={decision.id}
        icon={
          decision.effect === 'approve' ? (
            <ThumbUpIcon fontSize="inherit" />
          ) : (
            <BlockIcon fontSize="inherit" />
          )
        }
        at={decision.at}
        comment={decision.comment}
      >
        <EntityName entityRef={decision.by} />{' '}
        {decision.effect === 'approve' ? 'approved' : 'rejected'}
        {decision.group && (
          <>
            {' '}
            for <EntityName entityRef={decision.group} />
          </>
        )}
        {decision.planHash !== request.plan.hash && (
          <> an earlier plan ({decision.revision}); it no longer counts</>
        )}
      </Entry>
    ))}
    {request.state === 'pending' && (
      <li className={styles.next}>
        <WhoDecides plan={request.plan} /> The request expires{' '}
        <Moment at={request.expiresAt} />.
      </li>
    )}
  </ol>
);

function Entry(props: {
  icon: ReactNode;
  at: string;
  comment?: string;
  children: ReactNode;
}) {
  return (
    <li className={styles.entry}>
      <span className={styles.icon} aria-hidden>
        {props.icon}
      </span>
      <div>
        {props.children}{' '}
        <span className={styles.when}>
          <Moment at={props.at} />
        </span>
        {props.comment && <p className={styles.comment}>{props.comment}</p>}
      </div>
    </li>
  );
}
