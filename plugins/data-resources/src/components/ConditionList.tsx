import type { ReactNode } from 'react';
import type { Word } from '../words/tone';
import styles from './ConditionList.module.css';
import { WordBadge } from './WordBadge';

/** Conditions of one thing: each by its name, how it stands, and what that means. */
export const ConditionList = (props: {
  items: { type: string; word: Word; message: ReactNode }[];
}) => (
  <div className={styles.frame}>
    <ul className={styles.list} aria-label="Conditions">
      {props.items.map(({ type, word, message }) => (
        <li key={type} className={styles.condition}>
          <span>{type}</span>
          <WordBadge word={word} />
          <span className={styles.message}>{message}</span>
        </li>
      ))}
    </ul>
  </div>
);
