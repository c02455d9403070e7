import { Alert } from '@backstage/ui';
import type { DiscoveryList } from '@data-resources/plugin-data-resources-common';
import { Moment } from '../components/Moment';
import { sentence } from '../words/sentence';
import styles from './adoption.module.css';

/** When each instance was looked through, and which could not be. */
export const Freshness = (props: { instances: DiscoveryList['instances'] }) => (
  <>
    {props.instances
      .filter(({ message }) => message)
      .map(({ instance, message = '' }) => (
        <Alert
          key={instance}
          role="status"
          status="warning"
          icon
          title={`${instance} could not be looked through`}
          description={`${sentence(
            message,
          )} What is listed of it was seen before.`}
        />
      ))}
    <p className={styles.note}>
      {props.instances
        .filter(({ lookedAt }) => lookedAt)
        .map(({ instance, lookedAt }, index) => (
          <span key={instance}>
            {index > 0 && ' · '}
            {instance} looked through <Moment at={lookedAt!} />
          </span>
        ))}
    </p>
  </>
);
