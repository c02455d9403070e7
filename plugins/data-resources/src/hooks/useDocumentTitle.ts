import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useEffect } from 'react';

/**
 * Names the browser's tab after what it shows, once that is known: of two names in quick succession
 * the counter of notifications, which writes before the title, may keep the first.
 */
export function useDocumentTitle(title: string | undefined) {
  const app = useApi(configApiRef).getOptionalString('app.title');

  useEffect(() => {
    if (!title) {
      return undefined;
    }
    const before = document.title;
    document.title = app ? `${title} | ${app}` : title;
    return () => {
      document.title = before;
    };
  }, [title, app]);
}
