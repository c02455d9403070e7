import type { ComponentType } from 'react';

/** How good or bad a thing is; picks a colour, never the only sign of it. */
export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger';

/** A word with the symbol and the tone that go with it. */
export interface Word {
  label: string;
  tone: Tone;
  Icon: ComponentType<{ fontSize?: 'inherit'; 'aria-hidden'?: boolean }>;
}
