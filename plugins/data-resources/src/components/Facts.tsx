import type { ReactNode } from 'react';
import styles from './Facts.module.css';

/** Labelled values, side by side where there is room. */
export const Facts = (props: {
  items: { label: string; value: ReactNode }[];
}) => (
  <dl className={styles.facts}>
    {props.items.map(item => (
      <div key={item.label}>
        <dt>{item.label}</dt>
        <dd>{item.value}</dd>
      </div>
    ))}
  </dl>
);
