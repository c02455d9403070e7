import type { Entity } from '@backstage/catalog-model';

const MEMBERS: Record<string, string[]> = {
  platform: ['platform-lead', 'platform-engineer'],
  payments: ['payments-lead', 'payments-dev'],
  logistics: ['logistics-dev'],
  lonely: ['hermit'],
};

const COMPONENTS: Record<string, string> = {
  'payments-api': 'payments',
  'payments-worker': 'payments',
  'shipping-worker': 'logistics',
};

/** The people, groups and components that the tests are about, by ref. */
export function sampleEntities(): [ref: string, entity: Entity][] {
  const groups = Object.entries(MEMBERS).map(([name, members]) =>
    entry('Group', name, [
      ...members.map(member => ({
        type: 'hasMember',
        targetRef: `user:default/${member}`,
      })),
    ]),
  );
  const users = Object.entries(MEMBERS).flatMap(([group, members]) =>
    members.map(member =>
      entry('User', member, [
        { type: 'memberOf', targetRef: `group:default/${group}` },
      ]),
    ),
  );
  const components = Object.entries(COMPONENTS).map(([name, owner]) =>
    component(name, owner),
  );
  return [
    ...groups,
    ...users,
    ...components,
    entry('User', 'auditor', []),
    entry('System', 'payments', []),
  ];
}

/** A component that a group owns. */
export function component(
  name: string,
  owner: string,
  uid = `uid-${name}`,
): [ref: string, entity: Entity] {
  const [ref, entity] = entry('Component', name, [
    { type: 'ownedBy', targetRef: `group:default/${owner}` },
  ]);
  return [ref, { ...entity, metadata: { ...entity.metadata, uid } }];
}

function entry(
  kind: string,
  name: string,
  relations: Entity['relations'],
): [string, Entity] {
  return [
    `${kind.toLowerCase()}:default/${name}`,
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind,
      metadata: { name, namespace: 'default', uid: `uid-${name}` },
      relations,
    },
  ];
}
