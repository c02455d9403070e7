import type { JsonObject } from '@backstage/types';
import {
  ProviderError,
  type StepCall,
  type StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { Connections } from '../connection/TenantTurns';
import type { Deadline } from '../connection/Session';
import type { Dumps } from '../dump/Dumps';
import type { Catalog } from '../provider/catalog';
import { notOursMessage } from '../provider/identity';

/** What a step works with. */
export interface StepScope {
  connections: Connections;
  deadline: Deadline;
  installationId: string;
  dumps: Dumps;
  /** Whether it is the only step of its batch, for which somebody may wait. */
  alone?: boolean;
}

/** The effect is there, and ours. */
export type Satisfied = Extract<StepCheck, { state: 'satisfied' }>;

/** A step with its arguments in their own type. */
export type TypedStep<TArgs> = Omit<StepCall, 'args'> & { args: TArgs };

/** One kind of step: what it shows, how it is checked, how it is done. */
export interface StepHandler<TArgs extends JsonObject = JsonObject> {
  kind: string;
  /** The statements that a plan shows, not rendered yet for a server. */
  describe(args: TArgs, database: string, installationId: string): string;
  /** The roles that `check` looks at, besides the object's database. */
  roles(args: TArgs): string[];
  /** Whether `check` looks at who is connected, and what else hangs on a database. */
  looksAtSessions?: true;
  /** Whether `check` looks at which roles were made together. */
  looksAtMadeIn?: true;
  /** Whether several at once hold each other up on the server. */
  fewAtOnce?: true;
  check(
    step: TypedStep<TArgs>,
    catalog: Catalog,
    scope: StepScope,
  ): StepCheck | Promise<StepCheck>;
  /**
   * Throws a `ProviderError` when it was not done, or may not have been. Answers what a check would
   * where it has read that back; else a check follows.
   */
  act(step: TypedStep<TArgs>, scope: StepScope): Promise<Satisfied | void>;
}

/** Nothing is there yet, or not all. */
export function pending(evidence: JsonObject = {}): StepCheck {
  return { state: 'pending', evidence };
}

export function satisfied(identity?: JsonObject, note?: string): Satisfied {
  return { state: 'satisfied', identity, ...(note && { note }) };
}

export function conflict(message: string): StepCheck {
  return { state: 'failed', error: new ProviderError('Conflict', message) };
}

/** What the check before this attempt saw, as it was recorded with the intent. */
export function evidenceOf<T>(step: {
  intent?: StepCall['intent'];
}): Partial<T> {
  return (step.intent?.evidence ?? {}) as Partial<T>;
}

/** The database of a step that needs ours is gone, or somebody else's. */
export function notOurs(database: string, state: 'absent' | 'foreign') {
  return conflict(notOursMessage(database, state));
}
