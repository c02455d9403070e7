import type {
  ObjectRef,
  SharedReads,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { RoleReader } from '../../roles/RoleReader';
import type { CassandraSession } from '../../session/CassandraSession';
import type { Deadline } from '../../session/Deadline';
import type { SchemaPace } from '../../session/SchemaPace';
import type { KeyspaceReader } from '../KeyspaceReader';
import type { KeyspaceIdentity } from '../observation';
import type { StepReads } from './StepReads';
import type { StepArgs, StepKind } from './StepArgs';

/** A step on its way, with the arguments of its kind. */
export interface KeyspaceCall<K extends StepKind> {
  object: ObjectRef & { identity?: Partial<KeyspaceIdentity> };
  args: StepArgs[K];
  intent?: StepCall['intent'];
  loginInUse?: boolean;
  /** The server has just acknowledged what the step does: its last write shows all of it. */
  acknowledged?: boolean;
}

/** What handlers work with. */
export interface StepTools {
  session: CassandraSession;
  roles: RoleReader;
  keyspaces: KeyspaceReader;
  deadline: Deadline;
  /** What steps of one call read at the same moment. */
  reads: StepReads;
  /** What the steps of one call do together, such as making a login that several of them need. */
  together: SharedReads;
}

/**
 * Names that the check before an attempt put into its evidence: what to act on is not read a
 * second time.
 */
export function seenBefore(
  { intent }: Pick<StepCall, 'intent'>,
  key: string,
): string[] {
  const names = intent?.evidence[key];
  return Array.isArray(names) ? names.map(String) : [];
}

/** How steps of one kind are checked and done. */
export interface StepHandler<K extends StepKind> {
  /** How many go into one batch; `by-pace`: as {@link schemaBatch} says. */
  readonly batchSize: number | 'by-pace';
  check(call: KeyspaceCall<K>, tools: StepTools): Promise<StepCheck>;
  act(call: KeyspaceCall<K>, tools: StepTools): Promise<void>;
}

/**
 * Schema changes run one after another, at up to more than a second each on a cluster of
 * several nodes, and a batch has to end within the time of one call, with the one before it in its
 * lane.
 */
export const SCHEMA_BATCH = 2;
const LARGEST_SCHEMA_BATCH = 16;

/**
 * How many changes of different keyspaces go into one batch: where a change takes milliseconds, many
 * are looked at together. All of two batches have begun when half of a call's time is over, even
 * at half the pace.
 */
export function schemaBatch(pace: SchemaPace, callTimeoutMs: number): number {
  return Math.min(
    LARGEST_SCHEMA_BATCH,
    Math.max(SCHEMA_BATCH, Math.floor(pace.within(callTimeoutMs / 4) / 2)),
  );
}

/** Roles and permissions take milliseconds and run side by side. */
export const ROLE_BATCH = 32;
export const CONCURRENT_WRITES = 16;
