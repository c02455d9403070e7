import { useCallback, useEffect, useRef, useState } from 'react';

interface Page<T> {
  items: T[];
  pageInfo: { nextCursor?: string };
}

/** A list that is read page by page. */
export interface Pages<T> {
  /** Undefined until the first page is there. */
  items?: T[];
  /** The items answer an earlier question; those for this one are being loaded. */
  isStale: boolean;
  isLoadingMore: boolean;
  error?: Error;
  hasMore: boolean;
  loadMore(): Promise<void>;
  reload(): Promise<void>;
}

interface State<T> {
  key?: string;
  items?: T[];
  cursor?: string;
  error?: Error;
  loading?: 'first' | 'more';
}

/** Keyset paging: the first page again for every new key, further ones on demand. */
export function usePages<T>(options: {
  /** What is asked, e.g. the filters as text. */
  key: string;
  load(cursor?: string): Promise<Page<T>>;
}): Pages<T> {
  const { key } = options;
  const latest = useRef(options);
  latest.current = options;

  const [state, setState] = useState<State<T>>({ loading: 'first' });
  const turn = useRef(0);
  // Answers that are under way are no longer wanted.
  const drop = useCallback(() => {
    turn.current++;
  }, []);

  const reload = useCallback(async () => {
    const mine = ++turn.current;
    setState(before => ({ ...before, loading: 'first', error: undefined }));
    try {
      const { items, pageInfo } = await latest.current.load();
      if (mine === turn.current) {
        setState({ key, items, cursor: pageInfo.nextCursor });
      }
    } catch (error) {
      if (mine === turn.current) {
        setState(before => ({
          ...before,
          error: error as Error,
          loading: undefined,
        }));
      }
    }
  }, [key]);

  const { cursor } = state;
  const loadMore = useCallback(async () => {
    const mine = ++turn.current;
    setState(before => ({ ...before, loading: 'more', error: undefined }));
    try {
      const { items, pageInfo } = await latest.current.load(cursor);
      if (mine === turn.current) {
        setState(before => ({
          key: before.key,
          items: [...(before.items ?? []), ...items],
          cursor: pageInfo.nextCursor,
        }));
      }
    } catch (error) {
      if (mine === turn.current) {
        setState(before => ({
          ...before,
          error: error as Error,
          loading: undefined,
        }));
      }
    }
  }, [cursor]);

  useEffect(() => {
    reload();
    return drop;
  }, [reload, drop]);

  return {
    items: state.items,
    isStale: state.key !== key || state.loading === 'first',
    isLoadingMore: state.loading === 'more',
    error: state.error,
    hasMore: Boolean(state.cursor),
    loadMore,
    reload,
  };
}
