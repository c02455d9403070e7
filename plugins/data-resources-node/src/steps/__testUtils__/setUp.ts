import type { JsonObject } from '@backstage/types';
import type {
  ObjectRef,
  ResourceProvider,
} from '../../engine/ResourceProvider';
import { MemoryStepJournal } from '../../testUtils/MemoryStepJournal';
import { type RunnableStep, StepRunner } from '../StepRunner';
import { MemoryEngine } from './MemoryEngine';

/** Steps whose kind is what their key begins with: `make1` is a `make`. */
export function stepsOf(...keys: string[]): RunnableStep[] {
  return keys.map(key => ({
    key,
    step: { kind: key.replace(/^\w+:|\d+$/g, ''), args: {} },
  }));
}

/** A runner on an engine and a journal in memory. */
export function setUp({
  outcomesWithinMs,
}: { outcomesWithinMs?: number } = {}) {
  const engine = new MemoryEngine();
  const journal = new MemoryStepJournal();
  const abort = new AbortController();
  const run = (
    items: { [name: string]: RunnableStep[] },
    identity?: JsonObject,
    onDone?: (objects: readonly ObjectRef[]) => Promise<void>,
  ) =>
    StepRunner.create({
      provider: engine as unknown as ResourceProvider,
      journal,
      context: { logger: {} as never, signal: abort.signal },
      outcomesWithinMs,
    }).run(
      Object.entries(items).map(([name, list]) =>
        journal.item(name, { name, identity }, list),
      ),
      onDone,
    );
  return { engine, journal, abort, run };
}
