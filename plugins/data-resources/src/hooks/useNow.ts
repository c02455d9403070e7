import { useEffect, useReducer } from 'react';

/** The time, told anew every so many milliseconds, and whenever the caller renders. */
export function useNow(everyMs: number): number {
  const [, tellAnew] = useReducer((times: number) => times + 1, 0);

  useEffect(() => {
    const timer = setInterval(tellAnew, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);

  return Date.now();
}
