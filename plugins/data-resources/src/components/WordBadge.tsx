import type { Word } from '../words/tone';
import styles from './WordBadge.module.css';

/** A state as symbol, word and colour. */
export const WordBadge = ({ word }: { word: Word }) => (
  <span className={styles.badge} data-tone={word.tone}>
    <word.Icon fontSize="inherit" aria-hidden />
    {word.label}
  </span>
);
