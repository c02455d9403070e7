import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router-dom';

/** Filters that live in the page's address, so that they can be shared and gone back to. */
export interface UrlFilters<K extends string> {
  values: Partial<Record<K, string>>;
  /** Whether any filter is set. */
  isFiltered: boolean;
  /** `replace` for typing: not every letter is a step back. */
  set(name: K, value: string | undefined, how?: { replace: boolean }): void;
  clear(): void;
}

export function useUrlFilters<K extends string>(
  names: readonly K[],
): UrlFilters<K> {
  const [params, setParams] = useSearchParams();

  const values = useMemo(() => {
    const found: Partial<Record<K, string>> = {};
    for (const name of names) {
      const value = params.get(name);
      if (value) {
        found[name] = value;
      }
    }
    return found;
  }, [params, names]);

  const set = useCallback(
    (name: K, value: string | undefined, how?: { replace: boolean }) =>
      setParams(before => {
        const next = new URLSearchParams(before);
        if (value) {
          next.set(name, value);
        } else {
          next.delete(name);
        }
        return next;
      }, how),
    [setParams],
  );

  const clear = useCallback(
    () =>
      setParams(before => {
        const next = new URLSearchParams(before);
        names.forEach(name => next.delete(name));
        return next;
      }),
    [setParams, names],
  );

  return { values, isFiltered: Object.keys(values).length > 0, set, clear };
}
