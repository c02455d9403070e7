import { useEffect, useRef } from 'react';

/**
 * Moves the focus to the first control of what an action has just opened, so that whoever uses
 * the keyboard or a screen reader goes on there.
 */
export function useFocusOnOpen<TElement extends HTMLElement>() {
  const ref = useRef<TElement>(null);
  useEffect(() => {
    ref.current?.querySelector<HTMLElement>('input, textarea, button')?.focus();
  }, []);
  return ref;
}
