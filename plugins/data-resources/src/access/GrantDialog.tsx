import { identityApiRef, useApi } from '@backstage/frontend-plugin-api';
import { Checkbox, Radio, RadioGroup } from '@backstage/ui';
import type {
  DataResource,
  RoleDefinition,
} from '@data-resources/plugin-data-resources-common';
import { useEffect, useState } from 'react';
import { EntityPicker } from '../components/EntityPicker';
import secondary from '../components/Secondary.module.css';
import { RequestDialog } from '../resource/RequestDialog';

/** Asks for access of a Component: one of the reader's groups, or, to share, of another one. */
export const GrantDialog = (props: {
  resource: DataResource;
  /** All that can be granted on it. */
  roles: readonly RoleDefinition[];
  onClose(): void;
}) => {
  const { resource, roles } = props;
  const identity = useApi(identityApiRef);
  const [owners, setOwners] = useState<string[]>();
  const [isAnybody, setAnybody] = useState(false);
  const [principal, setPrincipal] = useState<string>();
  const [role, setRole] = useState<string>();

  useEffect(() => {
    let gone = false;
    identity.getBackstageIdentity().then(
      ({ ownershipEntityRefs }) => !gone && setOwners(ownershipEntityRefs),
      () => !gone && setOwners([]),
    );
    return () => {
      gone = true;
    };
  }, [identity]);

  return (
    <RequestDialog
      title={`Request access to ${resource.name}`}
      submit="Request access"
      input={
        principal && role
          ? { action: 'grant', resourceId: resource.id, principal, role }
          : undefined
      }
      onClose={props.onClose}
    >
      {owners && (
        <EntityPicker
          key={`${isAnybody}`}
          label="Component"
          description={
            isAnybody
              ? 'Any Component of the catalog.'
              : 'The Components that your groups own.'
          }
          placeholder="Type to search"
          filter={
            isAnybody
              ? { kind: 'component' }
              : { kind: 'component', 'relations.ownedBy': owners }
          }
          value={principal}
          onChange={setPrincipal}
          isRequired
        />
      )}
      <Checkbox
        isSelected={isAnybody}
        onChange={value => {
          setAnybody(value);
          setPrincipal(undefined);
        }}
      >
        Share it with a Component of another group
      </Checkbox>
      <RadioGroup
        label="Role"
        isRequired
        value={role ?? null}
        onChange={setRole}
      >
        {roles.map(({ name, title, description }) => (
          <Radio key={name} value={name}>
            <span>
              {title}
              <span className={secondary.secondary}>{description}</span>
            </span>
          </Radio>
        ))}
      </RadioGroup>
    </RequestDialog>
  );
};
