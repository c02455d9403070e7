import type { Acl } from '../../client/acls';
import type { Quotas } from '../../quotas/quotas';
import type { TopicConfigChange } from '../../client/alterTopics';

/**
 * The arguments of each kind of step. They are stored with a plan and executed from there,
 * perhaps by a later version: fields may be added, never renamed.
 */
export type StepArgs = {
  'create-topic': {
    partitions: number;
    replicationFactor: number;
    config: { [key: string]: string };
    /** The brokers of each partition; Kafka chooses where they are left out. */
    replicas?: number[][];
  };
  'adopt-topic': { clusterId: string; topicId: string };
  'alter-configs': TopicConfigChange;
  /** How many there are to be in the end, and the brokers of the new ones if they are given. */
  'add-partitions': { partitions: number; replicas?: number[][] };
  /** The brokers of each partition in the end, the preferred leader first. */
  reassign: { replicas: number[][] };
  'ensure-login': { acls: Acl[] };
  'ensure-quotas': { principal: string; users: string[]; quotas: Quotas };
  grant: { acls: Acl[] };
  revoke: { acls: Acl[] };
  'delete-topic': {};
  'remove-foreign-acls': { acls: Acl[] };
  /** `quotas`: whether the portal manages those, so that they go as well. */
  'release-login': { users: string[]; acls: Acl[]; quotas?: boolean };
};
