import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Select,
  Skeleton,
  VisuallyHidden,
} from '@backstage/ui';
import type {
  DataResource,
  ResourceExports,
} from '@data-resources/plugin-data-resources-common';
import { useEffect, useState } from 'react';
import { ErrorNotice } from '../components/ErrorNotice';
import { entityName } from '../words/entityName';
import { chosenOf, ExportView } from './ExportView';
import { downloadText } from './downloadText';
import styles from './exports.module.css';
import { useExports } from './useExports';

/** A resource written down: for clients to connect by, and for other tools to make it by. */
export const ExportDialog = (props: {
  resource: DataResource;
  onClose(): void;
}) => {
  const { resource, onClose } = props;
  const [format, setFormat] = useState<string>();
  const [principal, setPrincipal] = useState<string>();
  const { exports, isCurrent, error, reload } = useExports(
    resource.id,
    principal,
  );
  const items = ordered(exports?.items ?? []);
  const shown = items.length > 0 ? chosenOf(items, format) : undefined;

  // Who there is to choose from is in the answer.
  const first = exports?.principals[0]?.principal;
  useEffect(() => setPrincipal(known => known ?? first), [first]);

  return (
    <Dialog isOpen width={760} onOpenChange={isOpen => !isOpen && onClose()}>
      <DialogHeader>Export {resource.name}</DialogHeader>
      <DialogBody>
        {error && (
          <ErrorNotice
            title="The exports could not be loaded"
            error={error}
            onRetry={reload}
          />
        )}
        {!exports && !error && <Loading />}
        {exports && items.length === 0 && (
          <p className={styles.description}>
            {exports.message ??
              `There is no format for a resource of the type ${resource.type}.`}
          </p>
        )}
        {exports && shown && (
          <div
            className={isCurrent ? undefined : styles.stale}
            aria-busy={!isCurrent}
          >
            <ExportView exports={items} chosen={shown.id} onChoose={setFormat}>
              {shown.audience === 'client' && exports.principals.length > 0 && (
                <Select
                  label="For"
                  value={principal}
                  options={exports.principals.map(each => ({
                    id: each.principal,
                    label: `${entityName(each.principal)} (${each.roles.join(
                      ', ',
                    )})`,
                  }))}
                  onChange={id => setPrincipal(`${id}`)}
                />
              )}
            </ExportView>
            {shown.audience === 'client' && <LoginNotice exports={exports} />}
          </div>
        )}
      </DialogBody>
      <DialogFooter>
        <div className={styles.foot}>
          <Button variant="secondary" onPress={onClose}>
            Close
          </Button>
          <Button
            isDisabled={shown?.text === undefined || !isCurrent}
            onPress={() =>
              shown?.text !== undefined &&
              downloadText(shown.fileName ?? `${shown.id}.txt`, shown.text)
            }
          >
            Download{shown?.fileName ? ` ${shown.fileName}` : ''}
          </Button>
        </div>
      </DialogFooter>
    </Dialog>
  );
};

/** Where the secrets are, that are not here. */
function LoginNotice({ exports }: { exports: ResourceExports }) {
  const { username, password } = exports.variables;
  return (
    <Alert
      className={styles.notice}
      status="info"
      icon
      title="No secret is in here"
      description={
        exports.principals.length > 0
          ? `The login comes from the variables ${username} and ${password}: Get credentials, under Access, shows it once.`
          : `The login comes from the variables ${username} and ${password}. Nobody has been granted access yet.`
      }
    />
  );
}

function Loading() {
  return (
    <div className={styles.view} aria-busy>
      <VisuallyHidden role="status">Loading the exports</VisuallyHidden>
      <Skeleton width="100%" height={64} />
      <Skeleton width="60%" height={20} />
      <Skeleton width="100%" height={280} />
    </div>
  );
}

/** As the choice lists them: clients, which most people want, before declarations. */
function ordered(items: ResourceExports['items']): ResourceExports['items'] {
  const ofAudience = (audience: 'client' | 'declaration') =>
    items.filter(item => item.audience === audience);
  return [...ofAudience('client'), ...ofAudience('declaration')];
}
