import {
  kubernetesName,
  yamlDocuments,
  type ExportFormat,
  type ExportInput,
  type PlannedGrant,
} from '@data-resources/plugin-data-resources-node';
import type { Acl } from '../../client/acls';
import { quotasFromLimits, quotasOf, type Quotas } from '../../quotas/quotas';
import type { KafkaTopicSpec } from '../KafkaTopicSpec';
import { loginAcls, topicAcls } from '../roleAcls';
import { prefixesOf } from '../topicPrefix';

/** Since Strimzi 0.49; the only version from 1.0 on. */
const API_VERSION = 'kafka.strimzi.io/v1';

const RESOURCE_TYPES: { [type in Acl['resourceType']]?: string } = {
  TOPIC: 'topic',
  GROUP: 'group',
  TRANSACTIONAL_ID: 'transactionalId',
  CLUSTER: 'cluster',
};

/** The topic and its users for Strimzi's topic and user operators. */
export const strimziExport: ExportFormat<KafkaTopicSpec> = {
  id: 'strimzi',
  title: 'Strimzi',
  description:
    'A KafkaTopic, and a KafkaUser with its ACLs for everybody who has a grant, for Strimzi 0.49 or later.',
  audience: 'declaration',
  render(input) {
    const users = usersOf(input);
    return {
      fileName: `${kubernetesName(input.name)}.yaml`,
      language: 'yaml',
      text: yamlDocuments(
        [topicOf(input), ...users.map(user => userOf(input, user))],
        [
          `${input.name} on ${input.instance.name}, owned by ${input.owner}`,
          'strimzi.io/cluster is the name of the instance in the portal: write the name of your Kafka there.',
          ...(users.length > 0
            ? [
                'The two logins of a workload are one KafkaUser here. Its password is made by the User Operator, into the Secret of the same name.',
                'The User Operator takes away all ACLs of a user that do not stand in its KafkaUser, such as those for topics that you may not see.',
              ]
            : []),
          ...users
            .filter(({ elsewhere }) => elsewhere.length > 0)
            .map(
              ({ principal, elsewhere }) =>
                `${principal} has grants on other topics, whose ACLs are here as well: ${elsewhere.join(
                  ', ',
                )}`,
            ),
        ],
      ),
    };
  },
};

function topicOf({ name, spec, instance }: ExportInput<KafkaTopicSpec>) {
  const object = kubernetesName(name);
  return {
    apiVersion: API_VERSION,
    kind: 'KafkaTopic',
    metadata: {
      name: object,
      labels: { 'strimzi.io/cluster': instance.name },
    },
    spec: {
      ...(object === name ? {} : { topicName: name }),
      partitions: spec.partitions,
      replicas: spec.replicationFactor,
      ...(Object.keys(spec.config).length > 0 ? { config: spec.config } : {}),
    },
  };
}

interface User {
  principal: string;
  login: PlannedGrant['login'];
  quotas: Quotas;
  acls: Acl[];
  /** Names of other topics that are in `acls`. */
  elsewhere: string[];
}

function usersOf(input: ExportInput<KafkaTopicSpec>): User[] {
  const bases = new Map(input.grants.map(grant => [grant.login.base, grant]));
  return [...bases.values()].map(({ principal, login }) => {
    const isTheirs = (grant: PlannedGrant) => grant.login.base === login.base;
    const here = input.grants.filter(isTheirs);
    const elsewhere = input.elsewhere.filter(
      ({ type, grant }) => type === input.type && isTheirs(grant),
    );
    return {
      principal,
      login,
      quotas: quotasOf(
        { principal, owner: here[0].owner },
        quotasFromLimits(input.instance.limits),
      ),
      elsewhere: [...new Set(elsewhere.map(({ name }) => name))],
      acls: [
        ...here.flatMap(grant =>
          topicAcls(input.name, grant, prefixesOf(input.spec)),
        ),
        ...elsewhere.flatMap(({ name, spec, grant }) =>
          topicAcls(name, grant, prefixesOf(spec as KafkaTopicSpec)),
        ),
        ...loginAcls(
          login,
          [...here, ...elsewhere.map(({ grant }) => grant)].map(
            ({ role }) => role,
          ),
        ),
        // Both slots have the same: one stands for them.
      ].filter(acl => acl.principal === `User:${login.a}`),
    };
  });
}

function userOf(
  { instance }: ExportInput,
  { principal, login, acls, quotas }: User,
) {
  return {
    apiVersion: API_VERSION,
    kind: 'KafkaUser',
    metadata: {
      // Legal but for its underscores, and unique by the digest in it.
      name: login.base.replaceAll('_', '-'),
      labels: { 'strimzi.io/cluster': instance.name },
      annotations: { 'data-resources.backstage.io/principal': principal },
    },
    spec: {
      authentication: { type: 'scram-sha-512' },
      authorization: { type: 'simple', acls: rulesOf(acls) },
      ...(Object.keys(quotas).length > 0
        ? { quotas: inStrimzisWords(quotas) }
        : {}),
    },
  };
}

/** As Strimzi writes them: `producer_byte_rate` is `producerByteRate`. */
function inStrimzisWords(quotas: Quotas) {
  return Object.fromEntries(
    Object.entries(quotas).map(([key, value]) => [
      key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/** One rule per resource, with all that may be done there. */
function rulesOf(acls: readonly Acl[]) {
  const rules = new Map<string, { first: Acl; operations: Set<string> }>();
  for (const acl of acls) {
    const { resourceType, resourceName, patternType, host, permission } = acl;
    const key = JSON.stringify([
      resourceType,
      resourceName,
      patternType,
      host,
      permission,
    ]);
    const rule = rules.get(key) ?? { first: acl, operations: new Set() };
    rule.operations.add(inCamelCase(acl.operation));
    rules.set(key, rule);
  }
  return [...rules.values()].map(({ first, operations }) => ({
    type: first.permission.toLowerCase(),
    resource: {
      type: RESOURCE_TYPES[first.resourceType],
      name: first.resourceName,
      patternType: first.patternType === 'PREFIXED' ? 'prefix' : 'literal',
    },
    operations: [...operations],
    host: first.host,
  }));
}

/** As Strimzi writes operations: `DESCRIBE_CONFIGS` is `DescribeConfigs`. */
function inCamelCase(operation: string): string {
  return operation
    .split('_')
    .map(word => word[0] + word.slice(1).toLowerCase())
    .join('');
}
