import { setTimeout as sleep } from 'node:timers/promises';
import { StepRunner } from '@data-resources/plugin-data-resources-node';
import type {
  EngineInstance,
  PlanInput,
  PlannedGrant,
  ProviderPlan,
  StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import type { KafkaTopicSpec } from '../topic/KafkaTopicSpec';
import { context } from './TestCluster';

/** As long as a test may wait for what comes back. */
const LONGEST_MS = 45_000;

/** One topic with what is recorded about it. */
export interface Subject {
  name: string;
  identity?: PlanInput['object']['identity'];
}

/** Plans from what stands there now, as the core does. */
export async function planFor(
  instance: EngineInstance,
  subject: Subject,
  action: PlanInput['action'],
  options: {
    spec?: KafkaTopicSpec;
    /** The one that was agreed before. */
    current?: KafkaTopicSpec;
    add?: PlannedGrant[];
    remove?: PlannedGrant[];
    keep?: PlannedGrant[];
  } = {},
): Promise<ProviderPlan> {
  const { spec, current, add = [], remove = [], keep = [] } = options;
  const provider = instance.provider('kafka-topic');
  const { prefix } = spec ?? current ?? {};
  const object = {
    name: subject.name,
    identity: subject.identity,
    ...(prefix === undefined ? {} : { prefixes: [prefix] }),
  };
  const [observed, probe] = await Promise.all([
    provider.observe(
      [
        ['create', 'update'].includes(action)
          ? { ...object, desired: spec }
          : object,
      ],
      context(),
    ),
    instance.probe(context()),
  ]);
  return provider.plan({
    action,
    object,
    desired: spec,
    current,
    grants: { add, remove, keep },
    observed: observed.get(subject.name)!,
    instance: probe,
  });
}

/** Runs plans of several topics together and records their identities. */
export async function execute(
  instance: EngineInstance,
  work: readonly { subject: Subject; plan: ProviderPlan }[],
  journal = new MemoryStepJournal(),
): Promise<StepRunResult[]> {
  const runs = work.map(({ subject, plan }) => ({
    subject,
    steps: plan.steps.map(step => ({
      key: `${subject.name}/${step.id}`,
      step,
    })),
  }));
  const results = await StepRunner.create({
    provider: instance.provider('kafka-topic'),
    journal,
    context: context(),
  }).run(
    runs.map(({ subject, steps }) =>
      journal.item(subject.name, subject, steps),
    ),
  );
  for (const { subject, steps } of runs) {
    subject.identity = journal.identity(steps, subject.identity);
  }
  return work.map(({ subject }) => results.get(subject.name)!);
}

/**
 * {@link execute} again and again, as the core does with what may work later.
 *
 * @param options.until - ends it before
 */
export async function finish(
  instance: EngineInstance,
  work: readonly { subject: Subject; plan: ProviderPlan }[],
  options: {
    journal?: MemoryStepJournal;
    until?: (results: readonly StepRunResult[]) => boolean;
  } = {},
): Promise<StepRunResult[]> {
  const { journal = new MemoryStepJournal(), until } = options;
  const end = performance.now() + LONGEST_MS;
  for (;;) {
    const results = await execute(instance, work, journal);
    const mayWork = results.some(
      result => result.state === 'failed' && result.error.retryable,
    );
    if (!mayWork || until?.(results) || performance.now() > end) {
      return results;
    }
    await sleep(250);
  }
}
