/** Two environments of boxes; small ones in `dev` are approved by a policy. */
export const sampleConfig = {
  installationId: 'test',
  platformGroup: 'group:default/platform',
  environments: ['dev', 'prod'],
  instances: [
    {
      name: 'box-dev',
      engine: 'memory',
      environment: 'dev',
      title: 'Boxes',
      owner: 'group:default/platform',
    },
    {
      name: 'box-prod',
      engine: 'memory',
      environment: 'prod',
      title: 'Boxes that matter',
      owner: 'group:default/platform',
    },
  ],
  // Tests of their own say what the defaults do.
  defaultPolicies: { enabled: false },
  policies: [
    {
      name: 'small-boxes-in-dev',
      match: { environments: ['dev'], actions: ['create'] },
      when: 'spec.size <= 6',
      approve: 'automatically',
    },
  ],
};

/** The sample instances, with another cluster accepted behind `box-dev`. */
export function instancesWithDevOn(clusterId: string) {
  return sampleConfig.instances.map(instance =>
    instance.name === 'box-dev' ? { ...instance, clusterId } : instance,
  );
}
