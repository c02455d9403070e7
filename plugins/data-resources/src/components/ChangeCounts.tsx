import { VisuallyHidden } from '@backstage/ui';
import type { Change } from '@data-resources/plugin-data-resources-common';
import { countChanges, spokenCounts } from '../words/changeCounts';
import styles from './ChangeCounts.module.css';

/** "+1 ~2 −0", and in words for those who hear it. */
export const ChangeCounts = ({ changes }: { changes: Change[] }) => {
  const counts = countChanges(changes);
  const tone = (count: number, name: string) => (count ? name : styles.none);

  return (
    <span>
      <span className={styles.counts} aria-hidden>
        <span className={tone(counts.added, styles.added)}>
          +{counts.added}
        </span>
        <span className={tone(counts.changed, styles.changed)}>
          ~{counts.changed}
        </span>
        <span className={tone(counts.removed, styles.removed)}>
          −{counts.removed}
        </span>
        {counts.unsupported > 0 && (
          <span className={styles.removed}>!{counts.unsupported}</span>
        )}
      </span>
      <VisuallyHidden>{spokenCounts(counts)}</VisuallyHidden>
    </span>
  );
};
