import type {
  ResourceProvider,
  StepAnswer,
  StepCall,
  StepCheck,
  StepLanes,
} from '../../engine/ResourceProvider';
import { ProviderError } from '../../errors/ProviderError';

export class MemoryEngine implements Partial<ResourceProvider> {
  readonly effects = new Set<string>();
  readonly foreign = new Set<string>();
  /** Of these the act answers with what it has read back. */
  readonly readsBack = new Set<string>();
  readonly calls: string[] = [];
  readonly seen: StepCall[] = [];
  size = 100;
  readonly sizes: { [kind: string]: number } = {};
  lanes?: StepLanes;
  onAct?: (steps: readonly StepCall[]) => void | Promise<void>;
  onCheck?: (steps: readonly StepCall[]) => void;

  batchSize(kind: string) {
    return this.sizes[kind] ?? this.size;
  }

  async check(steps: readonly StepCall[]) {
    this.calls.push(`check ${steps.map(({ key }) => key).join(',')}`);
    this.seen.push(...steps);
    this.onCheck?.(steps);
    return new Map<string, StepCheck>(
      steps.map(step => [step.key, this.#look(step)]),
    );
  }

  async act(steps: readonly StepCall[]) {
    this.calls.push(`act ${steps.map(({ key }) => key).join(',')}`);
    await this.onAct?.(steps);
    const answers = new Map<string, StepAnswer>();
    for (const { key } of steps) {
      if (this.foreign.has(key) || this.effects.has(key)) {
        answers.set(key, new ProviderError('Conflict', `${key} is there`));
      } else {
        this.effects.add(key);
        if (this.readsBack.has(key)) {
          const identity = { [key]: `id of ${key}, read back` };
          answers.set(key, { state: 'satisfied', identity });
        }
      }
    }
    return answers;
  }

  /** Like a Kafka topic: inside an intent that saw nothing, what is there is ours. */
  #look({ key, intent }: StepCall): StepCheck {
    if (this.effects.has(key) && intent?.evidence.seen === 'nothing') {
      return { state: 'satisfied', identity: { [key]: `id of ${key}` } };
    }
    if (this.effects.has(key) || this.foreign.has(key)) {
      return {
        state: 'failed',
        error: new ProviderError('Conflict', `${key} is there`),
      };
    }
    return { state: 'pending', evidence: { seen: 'nothing' } };
  }
}
