import { Button, DialogBody, DialogFooter, Flex } from '@backstage/ui';
import { readError } from '../api/readError';
import { ErrorNotice } from '../components/ErrorNotice';
import type { Write } from '../hooks/useWrite';
import { entityName } from '../words/entityName';
import styles from './credentials.module.css';

/** What issuing does, before it is done; and, when both logins are in use, the way that ends one. */
export const IssueStep = (props: {
  principal: string;
  instance: string;
  write: Write<[replace: boolean], void>;
  onCancel(): void;
}) => {
  const { write } = props;
  const who = entityName(props.principal);
  const isBusy = write.error && readError(write.error).path === 'replace';

  return (
    <>
      <DialogBody>
        <Flex direction="column" gap="3">
          <p className={styles.text}>
            A new password is made for {who} on {props.instance} and shown once:
            it is stored nowhere. Have a place ready to keep it.
          </p>
          <p className={styles.text}>
            What runs with the credential in use goes on, until that one ends.
          </p>
          {write.error && (
            <ErrorNotice
              title="No credential was issued"
              error={write.error}
              onRetry={isBusy ? undefined : () => write.run(false)}
            >
              {isBusy && (
                <>
                  <span>
                    You can end the older credential at once instead. Processes
                    of {who} that still use it are logged out or refused.
                  </span>
                  <span>
                    <Button
                      destructive
                      isPending={write.isPending}
                      onPress={() => write.run(true)}
                    >
                      End the older one and issue
                    </Button>
                  </span>
                </>
              )}
            </ErrorNotice>
          )}
        </Flex>
      </DialogBody>
      <DialogFooter>
        <Button
          variant="secondary"
          isDisabled={write.isPending}
          onPress={props.onCancel}
        >
          Cancel
        </Button>
        <Button
          isPending={write.isPending}
          isDisabled={isBusy}
          onPress={() => write.run(false)}
        >
          Issue credentials
        </Button>
      </DialogFooter>
    </>
  );
};
