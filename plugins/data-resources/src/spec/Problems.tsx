import styles from './SpecForm.module.css';

/** What is wrong with something that has no field of its own to say it. */
export const Problems = ({ of }: { of: readonly string[] }) => (
  <>
    {of.map(problem => (
      <p key={problem} className={styles.problem}>
        {problem}
      </p>
    ))}
  </>
);
