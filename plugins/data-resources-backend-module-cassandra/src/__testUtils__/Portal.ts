import { mockServices } from '@backstage/backend-test-utils';
import {
  type CallContext,
  type EffectiveAccess,
  type EngineInstance,
  loginSlots,
  type ObjectRef,
  type PlanInput,
  type PlannedGrant,
  type ProviderPlan,
  type ResourceProvider,
  StepRunner,
  type StepRunResult,
} from '@data-resources/plugin-data-resources-node';
import { MemoryStepJournal } from '@data-resources/plugin-data-resources-node/testUtils';
import { KeyspaceSpec } from '../keyspace/keyspaceSpec';
import { INSTALLATION_ID, uniqueName } from './TestCluster';

/** What the core does with an instance, as far as tests here need it. */
export class Portal {
  readonly instance: EngineInstance;

  constructor(instance: EngineInstance) {
    this.instance = instance;
  }

  get provider() {
    return this.instance.provider('cassandra-keyspace');
  }

  context(signal = new AbortController().signal): CallContext {
    return { logger: mockServices.logger.mock(), signal };
  }

  grant(
    role: string,
    principal = uniqueName('component:default/app'),
  ): PlannedGrant {
    return {
      principal,
      role,
      login: loginSlots({
        principal,
        environment: 'test',
        installationId: INSTALLATION_ID,
      }),
    };
  }

  async plan(
    action: PlanInput['action'],
    object: ObjectRef,
    options: {
      spec?: KeyspaceSpec;
      grants?: Partial<PlanInput['grants']>;
    } = {},
  ): Promise<ProviderPlan> {
    const [observed, instance] = await Promise.all([
      this.provider.observe(
        [{ ...object, desired: options.spec }],
        this.context(),
      ),
      this.instance.probe(this.context()),
    ]);
    return this.provider.plan({
      action,
      object,
      desired: options.spec,
      current: options.spec,
      grants: { add: [], remove: [], keep: [], ...options.grants },
      observed: observed.get(object.name)!,
      instance,
    });
  }

  /** Carries a plan out; the object's identity is updated. */
  async execute(
    object: ObjectRef,
    plan: ProviderPlan,
    journal = new MemoryStepJournal(),
    provider: ResourceProvider = this.provider,
  ): Promise<StepRunResult> {
    const steps = plan.steps.map(({ id, ...step }) => ({ key: id, step }));
    const runner = StepRunner.create({
      provider,
      journal,
      context: this.context(),
    });
    const results = await runner.run([journal.item('it', object, steps)]);
    object.identity = journal.identity(steps, object.identity);
    return results.get('it')!;
  }

  /** Who can do what on a keyspace. */
  async access(name: string): Promise<EffectiveAccess[]> {
    const found = await this.provider.access([{ name }], this.context());
    return found.get(name)!;
  }

  /** Creates a keyspace with grants, which must succeed. */
  async create(
    name: string,
    spec: KeyspaceSpec,
    ...add: PlannedGrant[]
  ): Promise<ObjectRef> {
    const object: ObjectRef = { name };
    const plan = await this.plan('create', object, { spec, grants: { add } });
    const denied = plan.findings.filter(({ effect }) => effect === 'deny');
    const result = denied.length === 0 && (await this.execute(object, plan));
    if (!result || result.state !== 'done') {
      throw new Error(
        `Creating ${name} failed: ${JSON.stringify([denied, result])}`,
      );
    }
    return object;
  }

  /** Enables a login and answers with the new password. */
  async issue(username: string): Promise<string> {
    const password = uniqueName('Pass-');
    await this.instance.logins.enable({ username, password }, this.context());
    return password;
  }
}
