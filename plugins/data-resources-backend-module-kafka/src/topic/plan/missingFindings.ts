import type {
  Finding,
  PlanInput,
} from '@data-resources/plugin-data-resources-node';

/** The topic that the ledger knows is not there any more. */
export function missingFindings(
  { object, observed }: Pick<PlanInput, 'object' | 'observed'>,
  effect: Finding['effect'],
): Finding[] {
  if (observed.ours) {
    return [];
  }
  const found = observed.exists
    ? `the topic '${object.name}' that stands there now is another one (topic id ${observed.identity?.topicId} instead of ${object.identity?.topicId})`
    : `there is no topic '${object.name}' any more`;
  return [
    {
      policy: 'kafka/topic-missing',
      effect,
      path: 'name',
      message:
        effect === 'deny'
          ? `The topic was removed behind the portal's back: ${found}. Delete this resource, and create or adopt the topic anew.`
          : `The topic was removed behind the portal's back: ${found}. It is not touched.`,
    },
  ];
}
