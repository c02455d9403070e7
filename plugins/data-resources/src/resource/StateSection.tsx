import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { ConditionList } from '../components/ConditionList';
import { EntityName } from '../components/EntityName';
import { Facts } from '../components/Facts';
import { Moment } from '../components/Moment';
import { Section } from '../components/Section';
import secondary from '../components/Secondary.module.css';
import { WordBadge } from '../components/WordBadge';
import { useReference } from '../hooks/useReference';
import { conditionWord, resourcePhases } from '../words/resourceWords';
import styles from './resource.module.css';

/** Phase and conditions, and whose and where it is. */
export const StateSection = ({ resource }: { resource: DataResource }) => {
  const { types, instances } = useReference();
  const isBehind = resource.observedGeneration < resource.generation;

  return (
    <Section
      title="State"
      note={<WordBadge word={resourcePhases[resource.phase]} />}
    >
      {isBehind && (
        <p className={styles.text}>
          A change is on its way: generation {resource.generation} is wanted,{' '}
          {resource.observedGeneration} was seen.
        </p>
      )}
      <ConditionList
        items={resource.conditions.map(condition => ({
          type: condition.type,
          word: conditionWord(condition),
          message: (
            <>
              {condition.message || condition.reason}
              <span className={secondary.secondary}>
                {condition.message && `${condition.reason}, `}
                <Moment at={condition.since} />
              </span>
            </>
          ),
        }))}
      />
      <Facts
        items={[
          {
            label: 'Type',
            value:
              types.find(({ type }) => type === resource.type)?.title ??
              resource.type,
          },
          {
            label: 'Instance',
            value: `${
              instances.find(({ name }) => name === resource.instance)?.title ??
              resource.instance
            } · ${resource.environment}`,
          },
          { label: 'Owner', value: <EntityName entityRef={resource.owner} /> },
          ...(resource.system
            ? [
                {
                  label: 'System',
                  value: <EntityName entityRef={resource.system} />,
                },
              ]
            : []),
          ...(resource.tags.length
            ? [{ label: 'Tags', value: resource.tags.join(', ') }]
            : []),
          { label: 'Created', value: <Moment at={resource.createdAt} /> },
        ]}
      />
    </Section>
  );
};
