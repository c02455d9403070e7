import {
  Alert,
  Button,
  Checkbox,
  DialogBody,
  DialogFooter,
  Flex,
} from '@backstage/ui';
import type { IssuedCredentials } from '@data-resources/plugin-data-resources-common';
import { CopyButton } from '../components/CopyButton';
import { Moment } from '../components/Moment';
import { fullTime } from '../words/time';
import { ClientConfigurations } from './ClientConfigurations';
import styles from './credentials.module.css';

/** The credential, this once. */
export const ShownStep = (props: {
  resourceId: string;
  issued: IssuedCredentials;
  isSaved: boolean;
  onSaved(isSaved: boolean): void;
  /** Somebody tried to close without having said that it is saved. */
  isAsked: boolean;
  onStay(): void;
  onClose(): void;
}) => {
  const { issued } = props;

  return (
    <>
      <DialogBody>
        <Flex direction="column" gap="4">
          <Alert
            role="status"
            status="warning"
            icon
            title="This password is shown only now"
            description="Nobody can read it later, the portal included. If it is lost, issue a new one."
          />
          <dl className={styles.secret}>
            <Row label="Username" what="username" text={issued.username} />
            <Row label="Password" what="password" text={issued.password} />
          </dl>
          <p className={styles.text}>
            Version {issued.version}
            {issued.validUntil && (
              <>
                , valid until {fullTime(new Date(issued.validUntil))} (
                <Moment at={issued.validUntil} />)
              </>
            )}
            .{' '}
            {issued.previous && (
              <>
                The previous credential (version {issued.previous.version}) ends{' '}
                {fullTime(new Date(issued.previous.endsAt))} (
                <Moment at={issued.previous.endsAt} />
                ): change over until then.
              </>
            )}
          </p>
          <ClientConfigurations resourceId={props.resourceId} issued={issued} />
        </Flex>
      </DialogBody>
      <DialogFooter>
        <Flex direction="column" gap="3" className={styles.foot}>
          {props.isAsked && !props.isSaved && (
            <Alert
              role="alert"
              status="danger"
              icon
              title="The password is lost when this closes"
              customActions={
                <Flex gap="2">
                  <Button variant="secondary" onPress={props.onStay}>
                    Keep it open
                  </Button>
                  <Button destructive onPress={props.onClose}>
                    Close all the same
                  </Button>
                </Flex>
              }
            />
          )}
          <Flex
            align="center"
            justify="between"
            gap="3"
            className={styles.wrap}
          >
            <Checkbox isSelected={props.isSaved} onChange={props.onSaved}>
              I have saved the password
            </Checkbox>
            <Button isDisabled={!props.isSaved} onPress={props.onClose}>
              Done
            </Button>
          </Flex>
        </Flex>
      </DialogFooter>
    </>
  );
};

function Row(props: { label: string; what: string; text: string }) {
  return (
    <div className={styles.row}>
      <dt>{props.label}</dt>
      <dd>
        <code>{props.text}</code>
      </dd>
      <CopyButton text={props.text} what={props.what} />
    </div>
  );
}
