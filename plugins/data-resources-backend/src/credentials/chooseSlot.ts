import type { CredentialRow } from '../database/rows';

/** What an issue does with a principal's two slots. */
export interface SlotChoice {
  /** Where the new credential goes. */
  slot: 'a' | 'b';
  /** On that slot now: must be ended first. */
  older?: CredentialRow;
  /** On the other slot: goes on for the grace period. */
  previous?: CredentialRow;
}

/**
 * The idle slot, or the one with the older credential when both are busy.
 *
 * @param busy - credentials that can log in, by ascending version; one a slot at most
 */
export function chooseSlot(busy: readonly CredentialRow[]): SlotChoice {
  const current = busy[busy.length - 1];
  if (!current) {
    return { slot: 'a' };
  }
  const slot = current.slot === 'a' ? 'b' : 'a';
  return {
    slot,
    previous: current,
    older: busy.find(credential => credential.slot === slot),
  };
}
