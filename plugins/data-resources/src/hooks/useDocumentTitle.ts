import { configApiRef, useApi } from '@backstage/frontend-plugin-api';
import { useEffect } from 'react';

/**
 * Names the browser's tab after what it shows, once that is known, and keeps it so: the counter of
 * notifications puts its number before the title, and where the title changes twice within its
 * 100 ms it writes the first one back.
 */
export function useDocumentTitle(title: string | undefined) {
  const app = useApi(configApiRef).getOptionalString('app.title');

  useEffect(() => {
    if (!title) {
      return undefined;
    }
    const before = withoutCount(document.title);
    const wanted = app ? `${title} | ${app}` : title;
    const keep = () => {
      if (withoutCount(document.title) !== wanted) {
        document.title = wanted;
      }
    };
    keep();
    const observer = new MutationObserver(keep);
    observer.observe(document.head, {
      childList: true,
      subtree: true,
      characterData: true,
    });
    return () => {
      observer.disconnect();
      document.title = before;
    };
  }, [title, app]);
}

function withoutCount(title: string): string {
  return title.replace(/^\(\d+\)\s/, '');
}
