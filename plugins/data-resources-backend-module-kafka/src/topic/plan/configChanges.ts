import {
  fieldPath,
  type Finding,
  type ProviderPlan,
} from '@data-resources/plugin-data-resources-node';
import type { ClusterFacts, TopicFacts } from '../topicFacts';
import { configFindings } from './configFindings';
import { configRisk } from './configRisks';
import type { ConfigRisk, ConfigTurn } from './configRisks';
import { highestRisk } from './PlanPart';
import type { PlanPart } from './PlanPart';
import type { ConfigDifference } from './topicDifferences';

interface Topic extends ConfigTurn {
  replicationFactor: number;
  facts: ClusterFacts;
  configTypes: TopicFacts['configTypes'];
}

/** Settings are checked as in a create, and those told that cost data or safety. */
export function configPart(
  differences: readonly ConfigDifference[],
  topic: Topic,
): PlanPart {
  const risks = new Map(
    differences.map(({ key }) => [key, configRisk(key, topic)]),
  );
  const set = differences.flatMap(({ key, to }): [string, string][] =>
    to === undefined ? [] : [[key, to]],
  );
  return {
    risk: highestRisk([...risks.values()].map(levelOf)),
    changes: differences.map(({ key, from, to }) => ({
      path: `config.${key}`,
      from,
      to,
      kind: risks.get(key)?.destructive ? 'destructive' : 'in-place',
    })),
    findings: [
      ...configFindings(
        {
          config: Object.fromEntries(set),
          replicationFactor: topic.replicationFactor,
        },
        topic.facts,
        topic,
      ),
      ...differences.flatMap(difference => [
        ...resetFindings(difference, topic),
        ...riskFindings(difference.key, risks.get(difference.key)),
      ]),
    ],
  };
}

function levelOf(risk: ConfigRisk | undefined): ProviderPlan['risk'] {
  if (!risk) {
    return 'low';
  }
  return risk.destructive ? 'high' : 'medium';
}

function resetFindings(
  { key, to }: ConfigDifference,
  { after }: Topic,
): Finding[] {
  if (to !== undefined) {
    return [];
  }
  const value = after.value(key);
  return [
    {
      policy: 'kafka/config-reset',
      effect: 'info',
      path: fieldPath(['spec', 'config', key]),
      message: `${key} is declared no longer, so the topic follows the cluster's default again${
        value === undefined ? '' : `: ${value || 'empty'}`
      }.`,
    },
  ];
}

function riskFindings(key: string, risk: ConfigRisk | undefined): Finding[] {
  return risk
    ? [
        {
          policy: risk.destructive ? 'kafka/data-loss' : 'kafka/config-risk',
          effect: 'warn',
          path: fieldPath(['spec', 'config', key]),
          message: risk.message,
        },
      ]
    : [];
}
