import { useApi } from '@backstage/frontend-plugin-api';
import { Skeleton } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import { Moment } from '../components/Moment';
import secondary from '../components/Secondary.module.css';
import { Section } from '../components/Section';
import { useLive } from '../hooks/useLive';
import { LiveUseTables } from './LiveUseTables';

/** Who uses a resource now, as its engine sees it. */
export const LiveUseSection = ({ resource }: { resource: DataResource }) => {
  const api = useApi(dataResourcesApiRef);
  const { data, error, reload } = useLive({
    key: resource.id,
    load: () => api.getResourceUse(resource.id),
    everyMs: () => 30_000,
  });

  return (
    <Section
      title="Live use"
      note={
        data && (
          <span className={secondary.secondary}>
            seen by the engine <Moment at={data.observedAt} />
          </span>
        )
      }
    >
      {error && (
        <ErrorNotice
          title="Who uses it could not be loaded"
          error={error}
          onRetry={reload}
        />
      )}
      {data && <LiveUseTables use={data} />}
      {!data && !error && <Skeleton width="100%" height={60} />}
    </Section>
  );
};
