import { useCallback, useEffect, useRef, useState } from 'react';
import { useChangeSignal, type SignalSubject } from './useChangeSignal';

/** Something that was loaded and is kept fresh. */
export interface Live<T> {
  data?: T;
  /** Of the latest attempt; `data` may be there still, from an earlier one. */
  error?: Error;
  reload(): Promise<void>;
  /** Takes an answer that a write gave, so that nobody waits for the next look. */
  patch(data: T): void;
}

interface State<T> {
  key: string;
  data?: T;
  error?: Error;
  /** Counts the answers, so that each one sets the next timer. */
  answers: number;
}

/**
 * Loads, and loads again every so often while the tab is seen, and at once when the backend signals
 * a change. An equal answer changes nothing, so what somebody reads, selects or types in stays as it
 * is.
 */
export function useLive<T>(options: {
  /** What is loaded; another key drops the data. */
  key: string;
  load(): Promise<T>;
  /** How long to wait before looking again; undefined: not by itself. */
  everyMs(data: T | undefined): number | undefined;
  /** Whose signals make it look again at once. */
  about?: SignalSubject;
}): Live<T> {
  const { key } = options;
  const latest = useRef(options);
  latest.current = options;

  const [state, setState] = useState<State<T>>({ key, answers: 0 });
  const turn = useRef(0);
  // Answers that are under way are no longer wanted.
  const drop = useCallback(() => {
    turn.current++;
  }, []);

  const answer = useCallback(
    (got: { data: T } | { error: Error }) =>
      setState(before => {
        const known = before.key === key ? before.data : undefined;
        const answers = before.answers + 1;
        if ('error' in got) {
          return { key, data: known, error: got.error, answers };
        }
        const data = isEqual(known, got.data) ? known : got.data;
        return { key, data, answers };
      }),
    [key],
  );

  const reload = useCallback(async () => {
    const mine = ++turn.current;
    let got: { data: T } | { error: Error };
    try {
      got = { data: await latest.current.load() };
    } catch (error) {
      got = { error: error as Error };
    }
    // The answer to an older question, or to one that a write overtook.
    if (mine === turn.current) {
      answer(got);
    }
  }, [answer]);

  useChangeSignal(options.about, reload);

  const patch = useCallback(
    (data: T) => {
      drop();
      answer({ data });
    },
    [answer, drop],
  );

  useEffect(() => {
    reload();
    return drop;
  }, [reload, drop]);

  const current: State<T> =
    state.key === key ? state : { key, answers: state.answers };
  const { data, answers } = current;

  useEffect(() => {
    const wait = latest.current.everyMs(data);
    if (wait === undefined || answers === 0) {
      return undefined;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const start = (delay: number) => {
      if (document.visibilityState !== 'hidden') {
        timer = setTimeout(reload, delay);
      }
    };
    const onVisibility = () => {
      clearTimeout(timer);
      start(0);
    };
    start(wait);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [data, answers, reload]);

  return { data, error: current.error, reload, patch };
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
