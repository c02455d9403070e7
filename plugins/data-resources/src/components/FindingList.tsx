import type { Finding } from '@data-resources/plugin-data-resources-common';
import { findingEffects } from '../words/requestWords';
import { WordBadge } from './WordBadge';
import styles from './FindingList.module.css';

const order: Finding['effect'][] = ['deny', 'warn', 'info'];

/** What the policies say, the gravest first. */
export const FindingList = ({ findings }: { findings: Finding[] }) => (
  <ul className={styles.list}>
    {[...findings]
      .sort((a, b) => order.indexOf(a.effect) - order.indexOf(b.effect))
      .map((finding, index) => (
        <li key={index} className={styles.finding}>
          <WordBadge word={findingEffects[finding.effect]} />
          <span className={styles.message}>
            {finding.message}
            <span className={styles.source}>
              {finding.policy}
              {finding.path && (
                <>
                  {' · '}
                  <code>{finding.path}</code>
                </>
              )}
            </span>
          </span>
        </li>
      ))}
  </ul>
);
