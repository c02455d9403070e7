import { Alert } from '@backstage/ui';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import { Moment } from '../components/Moment';
import { useNow } from '../hooks/useNow';
import { sentence } from '../words/sentence';
import { verdictOf } from './verdict';
import { WhoDecides } from './WhoDecides';
import styles from './RequestVerdict.module.css';

/** In one sentence: how the request stands and who or what it waits for. */
export const RequestVerdict = ({ request }: { request: DataRequest }) => {
  const { status, title, detail } = verdictOf(request);
  const { waiting } = request;

  return (
    <>
      <Alert
        role="status"
        status={status}
        icon
        title={title}
        description={
          <span className={styles.detail}>
            {request.state === 'pending' && <WhoDecides plan={request.plan} />}
            {detail && <span>{detail}</span>}
            {waiting && <Waiting on={request.instance} {...waiting} />}
          </span>
        }
      />
      {request.reason && (
        <blockquote className={styles.reason}>
          <span className={styles.label}>Reason given</span>
          {request.reason}
        </blockquote>
      )}
    </>
  );
};

/** What keeps an approved request from being carried out, and when that is tried again. */
function Waiting(props: {
  on: string;
  message: string;
  nextAttemptAt: string;
}) {
  const isDue = Date.parse(props.nextAttemptAt) <= useNow(1_000);

  return (
    <span>
      {props.on}: {sentence(props.message)}{' '}
      {isDue ? (
        'It is being tried again.'
      ) : (
        <>
          Next attempt <Moment at={props.nextAttemptAt} everyMs={1_000} />.
        </>
      )}
    </span>
  );
}
