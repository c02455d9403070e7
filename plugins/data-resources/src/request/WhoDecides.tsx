import type { Plan } from '@data-resources/plugin-data-resources-common';
import { EntityName } from '../components/EntityName';

/** Whose approval is missing. */
export const WhoDecides = ({ plan }: { plan: Plan }) => {
  const open = plan.approval.required.filter(
    ({ count, given }) => given < count,
  );
  if (open.length === 0) {
    return null;
  }
  return (
    <span>
      Needed:{' '}
      {open.map(({ group, count, given }, index) => (
        <span key={group}>
          {index > 0 && ', and '}
          {count - given} {count - given === 1 ? 'person' : 'people'} of{' '}
          <EntityName entityRef={group} />
        </span>
      ))}
      . Never the person who asked.
    </span>
  );
};
