import type { ReactNode } from 'react';
import styles from './Page.module.css';

/** Nothing to show: why, and what to do about it. */
export const EmptyNotice = (props: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) => (
  <div className={styles.empty}>
    <h3>{props.title}</h3>
    <p>{props.children}</p>
    {props.action}
  </div>
);
