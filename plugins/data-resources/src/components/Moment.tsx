import { useNow } from '../hooks/useNow';
import { fullTime, relativeTime } from '../words/time';

/** "5 minutes ago" or "in 12 seconds"; the exact time on hover. */
export const Moment = (props: {
  /** ISO 8601. */
  at: string;
  /** How often it is told anew; by default every half minute. */
  everyMs?: number;
}) => {
  const now = useNow(props.everyMs ?? 30_000);
  const at = new Date(props.at);

  return (
    <time dateTime={at.toISOString()} title={fullTime(at)}>
      {relativeTime(at, now)}
    </time>
  );
};
