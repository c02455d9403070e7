import type { PlannedGrant } from '@data-resources/plugin-data-resources-node';
import { operationsOf } from '../roleAcls';
import type { PlanPart } from './PlanPart';

const ALTERS = 'ALTER_CONFIGS';

/**
 * Who is given the right to change the topic's settings changes them past requests, policies and
 * limits. Nothing is lost by the grant itself, but a person should look at it.
 */
export function adminPart(add: readonly PlannedGrant[]): PlanPart[] {
  const admins = add.filter(({ role }) => operationsOf(role).includes(ALTERS));
  if (admins.length === 0) {
    return [];
  }
  const named = [...new Set(admins.map(({ principal }) => principal))].sort();
  return [
    {
      risk: 'medium',
      changes: [],
      findings: [
        {
          policy: 'kafka/topic-admin',
          effect: 'warn',
          message: `${named.join(
            ' and ',
          )} may change the settings of the topic with any tool of Kafka (${ALTERS}), past requests, policies and limits: less retention.ms deletes records. The portal shows such a change as drift. Where reading and writing do, ask for the roles consumer and producer.`,
        },
      ],
    },
  ];
}
