import { Container } from '@backstage/ui';
import type { ReactNode } from 'react';
import styles from './Page.module.css';

/** The body of a page: one column with the house's distances. */
export const PageFrame = ({ children }: { children: ReactNode }) => (
  <Container>
    <main className={styles.page}>{children}</main>
  </Container>
);
