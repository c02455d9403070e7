import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi, useRouteRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Link, Skeleton } from '@backstage/ui';
import type {
  Instance,
  InstanceCondition,
} from '@data-resources/plugin-data-resources-common';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ConditionList } from '../components/ConditionList';
import { ErrorNotice } from '../components/ErrorNotice';
import { Facts } from '../components/Facts';
import { Moment } from '../components/Moment';
import { Section } from '../components/Section';
import { Value } from '../components/Value';
import { WordBadge } from '../components/WordBadge';
import { useLive } from '../hooks/useLive';
import { resourcesRouteRef } from '../routes';
import { conditionStatus, reachability } from '../words/instanceWords';
import styles from '../resource/resource.module.css';

/** On an instance's entity page: whether it is reachable, its limits and what is kept there. */
export const InstanceCard = () => {
  const { entity } = useEntity();
  const api = useApi(dataResourcesApiRef);
  const ref = stringifyEntityRef(entity);

  const { data, error, reload } = useLive({
    key: ref,
    load: async () => ({
      instance: (await api.getInstances()).find(
        ({ entityRef }) => entityRef === ref,
      ),
    }),
    everyMs: () => 30_000,
  });

  return (
    <Section
      title="Instance"
      note={
        data?.instance && (
          <WordBadge word={reachability(data.instance.status.reachable)} />
        )
      }
    >
      {error && (
        <ErrorNotice
          title="The instance could not be loaded"
          error={error}
          onRetry={reload}
        />
      )}
      {!data && !error && <Skeleton width="100%" height={90} />}
      {data && !data.instance && (
        <p className={styles.text}>
          The portal is no longer configured for this instance.
        </p>
      )}
      {data?.instance && <InstanceFacts instance={data.instance} />}
    </Section>
  );
};

function InstanceFacts({ instance }: { instance: Instance }) {
  const resources = useRouteRef(resourcesRouteRef)?.();
  const { status, topology, limits, usage } = instance;
  const kept = Object.values(usage).reduce((sum, count) => sum + count, 0);

  return (
    <>
      {status.message && <p className={styles.text}>{status.message}</p>}
      {status.conditions && status.conditions.length > 0 && (
        <ConditionList
          items={gravestFirst(status.conditions).map(condition => ({
            type: condition.type,
            word: conditionStatus[condition.status],
            message: condition.message,
          }))}
        />
      )}
      <Facts
        items={[
          { label: 'Environment', value: instance.environment },
          { label: 'Version', value: status.version ?? 'not known' },
          { label: 'Seen', value: <Moment at={status.observedAt} /> },
          ...(topology?.brokers !== undefined
            ? [{ label: 'Brokers', value: `${topology.brokers}` }]
            : []),
          ...Object.entries(topology?.dataCenters ?? {}).map(
            ([name, nodes]) => ({
              label: `Nodes in ${name}`,
              value: `${nodes}`,
            }),
          ),
          ...Object.entries(limits).map(([name, value]) => ({
            label: `Limit: ${name}`,
            value: <Value value={limitText(value)} />,
          })),
          {
            label: 'Data resources',
            value: resources ? (
              <Link
                href={`${resources}?instance=${encodeURIComponent(
                  instance.name,
                )}`}
              >
                {kept}
              </Link>
            ) : (
              kept
            ),
          },
        ]}
      />
    </>
  );
}

/** A list is read more easily than its JSON. */
function limitText(limit: unknown): unknown {
  return Array.isArray(limit) ? limit.join(', ') || 'none' : limit;
}

const gravity: InstanceCondition['status'][] = ['error', 'warn', 'ok'];

/** What somebody has to do something about is not looked for among what is in order. */
function gravestFirst(conditions: InstanceCondition[]): InstanceCondition[] {
  return [...conditions].sort(
    (a, b) => gravity.indexOf(a.status) - gravity.indexOf(b.status),
  );
}
