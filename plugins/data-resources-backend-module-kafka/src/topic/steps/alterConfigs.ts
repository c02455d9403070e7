import { ProviderError } from '@data-resources/plugin-data-resources-node';
import type {
  StepCall,
  StepCheck,
} from '@data-resources/plugin-data-resources-node';
import { alterTopicConfigs } from '../../client/alterTopics';
import { errorOf } from '../../client/protocolErrors';
import { describeTopicConfigs } from '../../client/topics';
import type { TopicConfigEntry } from '../../client/topics';
import { sameTopicConfig } from '../topicConfigValues';
import { awaitEffect } from './awaitEffect';
import { listTopicsOf, noOwnTopic, ownTopic } from './ownTopic';
import type { StepArgs } from './StepArgs';
import type { StepHandler, StepTools } from './StepHandler';

/**
 * Sets and resets settings of topics. Kafka takes a name here and no id, so that the check
 * just before is what keeps another topic of that name safe.
 */
export const alterConfigs: StepHandler = {
  batchSize: 200,
  check,

  async act(steps, tools) {
    const refusals = await alterTopicConfigs(
      tools.client,
      tools.deadline,
      new Map(steps.map(step => [step.object.name, argsOf(step)])),
      { validateOnly: false },
    );
    const failures = new Map<string, ProviderError>();
    for (const { key, object } of steps) {
      const refusal = refusals.get(object.name);
      if (refusal) {
        failures.set(
          key,
          errorOf(refusal, {
            doing: `change the settings of topic ${object.name}`,
            mode: 'write',
            needs: 'ALTER_CONFIGS on the topic',
          }),
        );
      }
    }
    // The acknowledgement is the controller's; the brokers follow a moment later.
    const answers = await awaitEffect(
      steps.filter(({ key }) => !failures.has(key)),
      tools,
      { check: open => check(open, tools) },
    );
    return new Map([...answers, ...failures]);
  },
};

async function check(
  steps: readonly StepCall[],
  tools: StepTools,
): Promise<Map<string, StepCheck>> {
  const list = await listTopicsOf(steps, tools);
  const own = steps.filter(({ object }) => ownTopic(object, list));
  const configs = await describeTopicConfigs(tools.client, tools.deadline, [
    ...new Set(own.map(({ object }) => object.name)),
  ]);
  return new Map(
    steps.map(step => [
      step.key,
      ownTopic(step.object, list)
        ? checkOwn(step, configs.get(step.object.name))
        : noOwnTopic(step.object, list, {
            other: 'its settings are left alone',
            gone: 'to change settings of',
          }),
    ]),
  );
}

function checkOwn(
  step: StepCall,
  config: ReadonlyMap<string, TopicConfigEntry> | undefined,
): StepCheck {
  if (!config) {
    // Deleted between the two questions; to be looked at again.
    return {
      state: 'failed',
      error: new ProviderError(
        'Unknown',
        `Topic ${step.object.name} vanished while it was looked at.`,
      ),
    };
  }
  return isThere(step, config)
    ? { state: 'satisfied' }
    : { state: 'pending', evidence: {} };
}

function isThere(
  step: StepCall,
  config: ReadonlyMap<string, TopicConfigEntry>,
): boolean {
  const { set, reset } = argsOf(step);
  return (
    reset.every(key => !config.has(key)) &&
    Object.entries(set).every(([key, value]) => {
      const has = config.get(key);
      return has !== undefined && sameTopicConfig(value, has.value);
    })
  );
}

function argsOf(step: StepCall): StepArgs['alter-configs'] {
  return step.args as StepArgs['alter-configs'];
}
