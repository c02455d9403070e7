import styles from './AskSpec.module.css';

const MESSAGE = 'The settings are being loaded. Try again in a moment';

/** Holds the form back, in the browser's own way, for without its settings it would be refused. */
export const Loading = () => (
  <input
    className={styles.loading}
    aria-label={MESSAGE}
    ref={input => input?.setCustomValidity(MESSAGE)}
    onChange={() => {}}
    value=""
  />
);
