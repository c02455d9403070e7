import { BgProvider } from '@backstage/ui';
import { type ReactNode, useId } from 'react';
import styles from './Section.module.css';

/** A titled part of a page, which is also a landmark. */
export const Section = (props: {
  title: string;
  /** Beside the title: a count, a badge. */
  note?: ReactNode;
  /** At the end of the title's line: buttons. */
  actions?: ReactNode;
  children: ReactNode;
}) => {
  const id = useId();
  return (
    <BgProvider bg="neutral-1">
      <section className={styles.section} aria-labelledby={id}>
        <div className={styles.head}>
          <h3 id={id} className={styles.title}>
            {props.title}
          </h3>
          {props.note}
          {props.actions && <div className={styles.aside}>{props.actions}</div>}
        </div>
        {props.children}
      </section>
    </BgProvider>
  );
};
