import type {
  StepAnswer,
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import type { Deadline } from '../../client/Deadline';
import type { KafkaClient } from '../../client/KafkaClient';

/** What a step works with. */
export interface StepTools {
  client: KafkaClient;
  deadline: Deadline;
}

/** One kind of step: see `check` and `act` of the provider contract. */
export interface StepHandler {
  /** How many steps go into one call of {@link StepHandler.act}. */
  readonly batchSize: number;
  check(
    steps: readonly StepCall[],
    tools: StepTools,
  ): Promise<Map<string, StepCheck>>;
  act(
    steps: readonly StepCall[],
    tools: StepTools,
  ): Promise<Map<string, StepAnswer>>;
}
