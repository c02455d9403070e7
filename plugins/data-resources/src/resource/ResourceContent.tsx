import { useApi } from '@backstage/frontend-plugin-api';
import { Flex, Skeleton, VisuallyHidden } from '@backstage/ui';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { useEffect } from 'react';
import { dataResourcesApiRef } from '../api/dataResourcesApi';
import { ErrorNotice } from '../components/ErrorNotice';
import pageStyles from '../components/Page.module.css';
import { useLive } from '../hooks/useLive';
import { isMoving } from '../words/resourceWords';
import { AccessSection } from '../access/AccessSection';
import { LiveUseSection } from '../use/LiveUseSection';
import { ConnectionSection } from './ConnectionSection';
import { DangerSection } from './DangerSection';
import { DriftSection } from './DriftSection';
import { OpenRequests } from './OpenRequests';
import { PromotionSection } from './PromotionSection';
import { QuarantineSection } from './QuarantineSection';
import { SettingsSection } from './SettingsSection';
import { StateSection } from './StateSection';

/** A resource: how it is, how to reach it, who may, and what can be asked for it. */
export const ResourceContent = (props: {
  resourceId: string;
  onLoaded?(resource: DataResource): void;
}) => {
  const { resourceId, onLoaded } = props;
  const api = useApi(dataResourcesApiRef);
  const { data, error, reload } = useLive({
    key: resourceId,
    load: () => api.getResource(resourceId),
    everyMs: known => (known && isMoving(known.phase) ? 2_000 : 20_000),
    about: { resource: resourceId },
  });

  useEffect(() => {
    if (data) {
      onLoaded?.(data);
    }
  }, [data, onLoaded]);

  return (
    <div className={pageStyles.page}>
      {error && (
        <ErrorNotice
          title={
            data
              ? 'What you see may be old: the data resource could not be loaded again'
              : 'The data resource could not be loaded'
          }
          error={error}
          onRetry={reload}
        />
      )}
      {data && (
        <>
          <OpenRequests resourceId={resourceId} />
          <StateSection resource={data} />
          <QuarantineSection resource={data} />
          <DriftSection resource={data} />
          <AccessSection resource={data} />
          <LiveUseSection resource={data} />
          <ConnectionSection resource={data} />
          <SettingsSection resource={data} />
          <PromotionSection resource={data} />
          <DangerSection resource={data} />
        </>
      )}
      {!data && !error && (
        <Flex direction="column" gap="4" aria-busy>
          <VisuallyHidden role="status">
            Loading the data resource
          </VisuallyHidden>
          <Skeleton width="100%" height={130} />
          <Skeleton width="100%" height={220} />
          <Skeleton width="100%" height={160} />
        </Flex>
      )}
    </div>
  );
};
