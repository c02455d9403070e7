import { useRouteRef } from '@backstage/frontend-plugin-api';
import { Button, Link } from '@backstage/ui';
import type {
  DataResource,
  ResourceLink,
} from '@data-resources/plugin-data-resources-common';
import { useState } from 'react';
import { Facts } from '../components/Facts';
import { Section } from '../components/Section';
import { useReference } from '../hooks/useReference';
import { resourceRouteRef } from '../routes';
import { PromoteDialog } from './PromoteDialog';

/** The same thing on the stages before and after, and the way to the next one. */
export const PromotionSection = ({ resource }: { resource: DataResource }) => {
  const [isOpen, setOpen] = useState(false);
  const { types } = useReference();
  const type = types.find(known => known.type === resource.type);
  const {
    promotedFrom,
    promotions = [],
    promotionTargets: [target] = [],
  } = resource;

  if (!promotedFrom && promotions.length === 0 && !target) {
    return null;
  }
  return (
    <Section
      title="Stages"
      actions={
        target &&
        type && (
          <Button variant="secondary" onPress={() => setOpen(true)}>
            Promote to {target.environment}…
          </Button>
        )
      }
    >
      <Facts
        items={[
          {
            label: 'Promoted from',
            value: promotedFrom ? <Linked to={promotedFrom} /> : 'Nothing',
          },
          {
            label: 'Promoted to',
            value:
              promotions.length > 0
                ? promotions.map(each => (
                    <div key={each.id}>
                      <Linked to={each} />
                    </div>
                  ))
                : 'Nothing yet',
          },
        ]}
      />
      {isOpen && type && (
        <PromoteDialog
          resource={resource}
          type={type}
          onClose={() => setOpen(false)}
        />
      )}
    </Section>
  );
};

function Linked({ to }: { to: ResourceLink }) {
  const toResource = useRouteRef(resourceRouteRef);
  const text = `${to.name} on ${to.instance}`;
  return toResource ? (
    <Link href={toResource({ resourceId: to.id })}>{text}</Link>
  ) : (
    <>{text}</>
  );
}
