import type { BrokerAnswers } from '../../client/askBrokers';
import type { ClusterGroups } from './groupsOfTopics';
import type { BrokerView } from './lookAtBroker';

/** What a look at the cluster found, for all topics. */
export interface Look {
  views: BrokerAnswers<BrokerView>;
  groups: ClusterGroups;
  /** When it was, in milliseconds. */
  now: number;
}

/** Who has written within this time counts as one who uses the topic now. */
export const RECENT_MS = 5 * 60_000;
