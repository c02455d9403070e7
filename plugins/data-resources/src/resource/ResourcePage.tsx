import { BreadcrumbEntry, useRouteRef } from '@backstage/frontend-plugin-api';
import { Header } from '@backstage/ui';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import type { DataResource } from '@data-resources/plugin-data-resources-common';
import { PageFrame } from '../components/PageFrame';
import { useDocumentTitle } from '../hooks/useDocumentTitle';
import { resourceRouteRef } from '../routes';
import { ResourceContent } from './ResourceContent';

/** A resource that the catalog does not have: still being made, failed, or deleted. */
export const ResourcePage = () => {
  const { resourceId = '' } = useParams();
  const [resource, setResource] = useState<DataResource>();
  const toResource = useRouteRef(resourceRouteRef);
  const title = resource?.name ?? 'Data resource';
  useDocumentTitle(resource?.name);

  return (
    <BreadcrumbEntry
      entry={{ label: title, href: toResource?.({ resourceId }) ?? '' }}
    >
      <Header title={title} />
      <PageFrame>
        <ResourceContent
          key={resourceId}
          resourceId={resourceId}
          onLoaded={setResource}
        />
      </PageFrame>
    </BreadcrumbEntry>
  );
};
