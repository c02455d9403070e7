import { useCallback, useRef, useState } from 'react';

/** A write that a person starts, and its outcome so far. */
export interface Write<A extends unknown[], R> {
  isPending: boolean;
  error?: Error;
  /** Undefined when it failed, or when an earlier one is still under way. */
  run(...args: A): Promise<R | undefined>;
  forget(): void;
}

/** Runs one write at a time: a second click while the first is under way does nothing. */
export function useWrite<A extends unknown[], R>(
  write: (...args: A) => Promise<R>,
): Write<A, R> {
  const [state, setState] = useState<{ isPending: boolean; error?: Error }>({
    isPending: false,
  });
  const busy = useRef(false);
  const latest = useRef(write);
  latest.current = write;

  const run = useCallback(async (...args: A) => {
    if (busy.current) {
      return undefined;
    }
    busy.current = true;
    setState({ isPending: true });
    try {
      const result = await latest.current(...args);
      setState({ isPending: false });
      return result;
    } catch (error) {
      setState({ isPending: false, error: error as Error });
      return undefined;
    } finally {
      busy.current = false;
    }
  }, []);

  const forget = useCallback(() => setState({ isPending: false }), []);

  return { ...state, run, forget };
}
