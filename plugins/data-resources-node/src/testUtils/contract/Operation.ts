import type { JsonObject } from '@backstage/types';
import type { EngineInstance } from '../../engine/EngineInstance';
import type { ProviderPlan } from '../../engine/ResourceProvider';
import type { RunnableStep } from '../../steps/StepRunner';
import type { MemoryStepJournal } from '../MemoryStepJournal';

/**
 * One object under test and what is recorded about it.
 *
 * @public
 */
export interface Subject {
  name: string;
  identity?: JsonObject;
  /** What is agreed of it; the fixture's spec unless told. */
  spec?: JsonObject;
  /** Every login that a plan about it has named. */
  logins: Set<string>;
}

/**
 * A plan on its way, with the journal that survives every process that works on it.
 *
 * @public
 */
export interface Operation {
  subject: Subject;
  plan: ProviderPlan;
  steps: RunnableStep[];
  journal: MemoryStepJournal;
}

/**
 * A moment of a run at which a test may step in.
 *
 * @public
 */
export interface Moment {
  at: 'intents-written' | 'before-act' | 'acted' | 'outcomes-written';
  keys: string[];
}

/**
 * How a run is watched and ended.
 *
 * @public
 */
export interface ExecuteOptions {
  instance?: EngineInstance;
  signal?: AbortSignal;
  /** A throw kills the run: nothing is called or written any more. */
  onMoment?: (moment: Moment) => void | Promise<void>;
}

/**
 * Ends a run as SIGKILL would.
 *
 * @public
 */
export class Killed extends Error {
  name = 'Killed';
}
