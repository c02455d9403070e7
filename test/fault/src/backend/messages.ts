/** A moment of the work on one object: the label, and which of equal ones. */
export interface MomentId {
  label: string;
  /** From 1. */
  occurrence: number;
}

/** An object whose moments are told, and where its work is to be held. */
export interface Armed {
  id: string;
  words: string[];
  stopAt?: MomentId;
}

/** From the runner to a backend. */
export type ToBackend =
  | { kind: 'arm'; target: Armed }
  | { kind: 'learn'; id: string; word: string }
  | { kind: 'disarm'; id: string }
  | { kind: 'release'; id: string };

/** From a backend to the runner. */
export type FromBackend =
  | { kind: 'armed'; id: string }
  | ({ kind: 'passed' | 'stopped'; id: string } & MomentId);
