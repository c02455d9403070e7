import {
  acl,
  existing,
  grant,
  identity,
  input,
} from '../../__testUtils__/planInputs';
import type { TopicFacts } from '../topicFacts';
import { planTopic } from './planTopic';

const OWN = 'User:data-resources';

function adoption(
  facts: Partial<TopicFacts> = {},
  observed: object = {},
  desired: object = {},
) {
  const stands = { ...existing.observed, ours: false, ...observed };
  return input({
    ...existing,
    action: 'adopt',
    object: { name: 'orders' },
    current: undefined,
    desired: { ...existing.current, ...desired },
    observed: {
      ...stands,
      facts: { acls: [], collisions: [], ...facts },
    },
  });
}

function plan(...given: Parameters<typeof adoption>) {
  return planTopic(adoption(...given), {
    ownPrincipal: OWN,
    partitionsLimit: 50,
  });
}

function denials(...given: Parameters<typeof adoption>) {
  return plan(...given).findings.filter(({ effect }) => effect === 'deny');
}

describe('the plan to adopt a topic', () => {
  it('should prove and record its id, and nothing else', () => {
    const { steps, changes, findings, risk } = plan();

    expect(steps).toMatchObject([{ kind: 'adopt-topic', args: identity }]);
    expect(changes).toEqual([{ path: 'name', to: 'orders', kind: 'in-place' }]);
    expect(findings).toEqual([]);
    expect(risk).toBe('low');
  });

  it('should tell the access of others, and keep it', () => {
    const { findings, changes } = plan({
      acls: [
        acl(),
        acl({ patternType: 'PREFIXED', resourceName: 'ord' }),
        acl({ resourceName: '*', principal: 'User:everywhere' }),
        acl({ principal: OWN }),
      ],
    });

    expect(findings.map(({ effect, message }) => [effect, message])).toEqual([
      [
        'info',
        'These ACLs on topic orders stay as they are, and go with it when it is deleted: ALLOW User:stranger READ on TOPIC orders (LITERAL).',
      ],
      [
        'info',
        'The topic stays under these ACLs, which the portal never removes: ALLOW User:stranger READ on TOPIC ord (PREFIXED); ALLOW User:everywhere READ on TOPIC * (LITERAL).',
      ],
    ]);
    expect(changes).toHaveLength(1);
  });

  it.each([
    ['there is none', {}, { exists: false, spec: undefined }, {}, 'no topic'],
    ['it is managed', {}, { ours: true }, {}, 'manages topic'],
    [
      'a tool keeps it',
      { internal: 'Kafka Streams keeps the contents of a store here' },
      {},
      {},
      'Kafka Streams',
    ],
    [
      'the spec asks for a change',
      {},
      {},
      { partitions: 4, config: {} },
      'partitions, config.cleanup.policy, config.retention.ms',
    ],
    [
      'no spec could say what stands there',
      {},
      { spec: { ...existing.current, partitions: 20_000 } },
      { partitions: 20_000 },
      'partitions must be 10000 or less',
    ],
  ])('should be denied when %s', (_, facts, observed, desired, told) => {
    const [finding, ...others] = denials(facts, observed, desired);

    expect(others).toEqual([]);
    expect(finding.message).toContain(told);
  });

  it('should warn where it is larger than new ones may be', () => {
    const large = { ...existing.current, partitions: 60 };

    expect(plan({}, { spec: large }, large).findings).toMatchObject([
      {
        policy: 'kafka/partitions-limit',
        effect: 'warn',
        message:
          'The topic has 60 partitions; this instance allows new ones at most 50.',
      },
    ]);
  });
});

describe('the plan to delete a topic with ACLs of others', () => {
  const foreign = [
    acl(),
    acl({ permission: 'DENY', principal: 'User:shut-out' }),
    acl({ patternType: 'PREFIXED', resourceName: 'ord' }),
    acl({ principal: OWN }),
  ];
  const ours = grant('app', 'consumer');
  const planned = (observed: object = {}) =>
    planTopic(
      input({
        ...existing,
        action: 'delete',
        grants: { remove: [ours] },
        observed: {
          ...existing.observed,
          ...observed,
          facts: {
            acls: [...foreign, acl({ principal: `User:${ours.login.a}` })],
            collisions: [],
          },
        },
      }),
      { ownPrincipal: OWN },
    );

  it('should remove those on its name alone, after the topic, and say so', () => {
    const { steps, changes, findings } = planned();

    expect(steps.map(({ kind }) => kind)).toEqual([
      'revoke',
      'delete-topic',
      'remove-foreign-acls',
      'release-login',
    ]);
    expect(steps[2].args).toEqual({ acls: foreign.slice(0, 2) });
    expect(changes.filter(({ path }) => path.startsWith('acls.'))).toEqual([
      {
        path: 'acls.User:stranger.READ',
        from: 'ALLOW User:stranger READ on TOPIC orders (LITERAL)',
        kind: 'destructive',
      },
      {
        path: 'acls.User:shut-out.READ',
        from: 'DENY User:shut-out READ on TOPIC orders (LITERAL)',
        kind: 'destructive',
      },
    ]);
    expect(findings.map(({ effect }) => effect)).toEqual(['warn', 'info']);
  });

  it('should leave them where another topic has the name', () => {
    const { steps } = planned({ ours: false });

    expect(steps.map(({ kind }) => kind)).not.toContain('remove-foreign-acls');
  });
});
