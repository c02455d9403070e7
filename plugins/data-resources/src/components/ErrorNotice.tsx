import { Alert, Button, Flex } from '@backstage/ui';
import type { ReactNode } from 'react';
import { readError } from '../api/readError';
import { FindingList } from './FindingList';

/** What failed, why in the API's words, and what to do next. */
export const ErrorNotice = (props: {
  /** What could not be done: "The request could not be loaded". */
  title: string;
  error: Error;
  onRetry?(): void;
  /** Further ways on. */
  children?: ReactNode;
}) => {
  const { message, findings, path } = readError(props.error);

  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title={props.title}
      description={
        <Flex direction="column" gap="2">
          <span>
            {message}
            {path && !message.includes(path) && <> (at {path})</>}
          </span>
          {findings.length > 0 && <FindingList findings={findings} />}
          {props.children}
        </Flex>
      }
      customActions={
        props.onRetry && (
          <Button variant="secondary" onPress={props.onRetry}>
            Retry
          </Button>
        )
      }
    />
  );
};
