import styles from './AskSpec.module.css';

/** Holds the form back, in the browser's own way, and says why. */
export const HoldForm = ({ message }: { message: string }) => (
  <input
    className={styles.hold}
    aria-label={message}
    ref={input => input?.setCustomValidity(message)}
    onChange={() => {}}
    value=""
  />
);
