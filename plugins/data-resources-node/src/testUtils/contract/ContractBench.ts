import { randomBytes } from 'node:crypto';
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { JsonObject } from '@backstage/types';
import type { EngineInstance } from '../../engine/EngineInstance';
import type {
  EffectiveAccess,
  PlanInput,
  PlannedGrant,
  ProviderPlan,
  ResourceProvider,
} from '../../engine/ResourceProvider';
import type { ResourceType } from '../../engine/ResourceType';
import { loginSlots } from '../../logins/loginSlots';
import { StepRunner, type StepRunResult } from '../../steps/StepRunner';
import { MemoryStepJournal } from '../MemoryStepJournal';
import type {
  ExecuteOptions,
  Killed,
  Moment,
  Operation,
  Subject,
} from './Operation';
import type { ProviderContractFixture } from './ProviderContractFixture';
import { watched } from './watched';

const silentLogger: LoggerService = {
  error: () => {},
  warn: () => {},
  info: () => {},
  debug: () => {},
  child: () => silentLogger,
};

/**
 * Plans and runs operations on a fixture's server as the core would, and remembers what is to
 * be cleaned up.
 *
 * @public
 */
export class ContractBench {
  readonly fixture: ProviderContractFixture;
  readonly type: ResourceType;
  readonly spec: JsonObject;
  readonly changedSpec: JsonObject;
  readonly #subjects: Subject[] = [];
  readonly #instances: EngineInstance[] = [];
  #instance?: EngineInstance;

  constructor(fixture: ProviderContractFixture) {
    this.fixture = fixture;
    this.type = fixture.engine.types.find(({ type }) => type === fixture.type)!;
    this.spec = this.type.specSchema.parse(fixture.spec);
    this.changedSpec = this.type.specSchema.parse(fixture.changedSpec);
  }

  /** The instance that a test shares with itself. */
  get instance(): EngineInstance {
    this.#instance ??= this.freshInstance();
    return this.#instance;
  }

  get provider(): ResourceProvider {
    return this.instance.provider(this.type.type);
  }

  /** The two roles that grants are tried with. */
  get roles(): [string, string] {
    const [first, second] = this.type.roles;
    return [first.name, second.name];
  }

  freshInstance(): EngineInstance {
    const instance = this.fixture.createInstance();
    this.#instances.push(instance);
    return instance;
  }

  context(signal: AbortSignal = new AbortController().signal) {
    return { logger: silentLogger, signal };
  }

  subject(name: string = this.fixture.uniqueName()): Subject {
    const subject = { name, logins: new Set<string>() };
    this.#subjects.push(subject);
    return subject;
  }

  /** A grant to a principal that nobody has used before. */
  grant(role: string, principal = uniquePrincipal()): PlannedGrant {
    return {
      principal,
      role,
      login: loginSlots({
        principal,
        environment: 'contract',
        installationId: this.fixture.installationId,
      }),
    };
  }

  async planInput(
    subject: Subject,
    action: PlanInput['action'],
    grants: Partial<PlanInput['grants']> = {},
    spec: JsonObject = subject.spec ?? this.spec,
  ): Promise<PlanInput> {
    const object = { name: subject.name, identity: subject.identity };
    const all = { add: [], remove: [], keep: [], ...grants };
    for (const { login } of [...all.add, ...all.remove, ...all.keep]) {
      subject.logins.add(login.a).add(login.b);
    }
    const [observations, probe] = await Promise.all([
      this.provider.observe([object], this.context()),
      this.instance.probe(this.context()),
    ]);
    const observed = observations.get(subject.name)!;
    const desired = action === 'adopt' ? observed.spec : spec;
    return {
      action,
      object,
      desired: ['quarantine', 'delete'].includes(action) ? undefined : desired,
      current: ['create', 'adopt'].includes(action)
        ? undefined
        : subject.spec ?? this.spec,
      grants: all,
      observed,
      instance: probe,
    };
  }

  async plan(
    subject: Subject,
    action: PlanInput['action'],
    grants: Partial<PlanInput['grants']> = {},
    spec: JsonObject = subject.spec ?? this.spec,
  ): Promise<Operation> {
    return this.operation(
      subject,
      this.provider.plan(await this.planInput(subject, action, grants, spec)),
    );
  }

  /** Begins a plan with an empty journal. */
  operation(subject: Subject, plan: ProviderPlan): Operation {
    const prefix = randomBytes(6).toString('hex');
    return {
      subject,
      plan,
      steps: plan.steps.map(({ id, kind, args, login }) => ({
        key: `${prefix}:${id}`,
        step: { kind, args, login },
      })),
      journal: new MemoryStepJournal(),
    };
  }

  /** Runs what is left of an operation, from what its journal holds. */
  async execute(
    operation: Operation,
    options: ExecuteOptions = {},
  ): Promise<StepRunResult> {
    const results = await this.executeAll([operation], options);
    return results[0];
  }

  /** Runs operations of several objects as one batch; their journals become one. */
  async executeAll(
    operations: Operation[],
    { instance = this.instance, signal, onMoment }: ExecuteOptions = {},
  ): Promise<StepRunResult[]> {
    const [{ journal }] = operations;
    operations.forEach(operation => {
      operation.journal = journal;
    });
    let killed: Killed | undefined;
    const moment = async (happened: Moment) => {
      try {
        await onMoment?.(happened);
      } catch (error) {
        killed = error as Killed;
        throw error;
      }
    };
    journal.onEvent = ({ kind, keys }) => {
      if (killed) {
        throw killed;
      }
      return moment({ at: kind, keys });
    };
    const runner = StepRunner.create({
      provider: watched(
        instance.provider(this.type.type),
        moment,
        () => killed,
      ),
      journal,
      context: this.context(signal),
      // The moments of a run are counted: a slow engine must not add to them.
      outcomesWithinMs: 2 ** 31 - 1,
    });
    try {
      const results = await runner.run(
        operations.map(({ subject, steps }) =>
          journal.item(subject.name, subject, steps),
        ),
      );
      return operations.map(({ subject }) => results.get(subject.name)!);
    } finally {
      for (const { subject, steps } of operations) {
        subject.identity = journal.identity(steps, subject.identity);
      }
    }
  }

  /** Creates an object with the grants; the plan must be carried out. */
  async create(...grants: PlannedGrant[]): Promise<Subject> {
    const subject = this.subject();
    const operation = await this.plan(subject, 'create', { add: grants });
    expectNoDeny(operation.plan);
    expect(await this.execute(operation)).toEqual({ state: 'done' });
    return subject;
  }

  /** Makes an object that somebody else left, for a test to adopt. */
  async leftByOthers(): Promise<Subject> {
    const subject = this.subject();
    await this.fixture.administrator.createAdoptable(subject.name);
    return subject;
  }

  /** Plans to adopt an object, as it stands, with nothing that speaks against it. */
  async planAdoption(subject: Subject): Promise<Operation> {
    const input = await this.planInput(subject, 'adopt');
    subject.spec = input.observed.spec;
    const operation = this.operation(subject, this.provider.plan(input));
    expectNoDeny(operation.plan);
    return operation;
  }

  /** Who can do what on the object. */
  async access(subject: Subject): Promise<EffectiveAccess[]> {
    const found = await this.provider.access([subject], this.context());
    return found.get(subject.name)!;
  }

  /** What the logins of a grant may do on the object, in the engine's words, per slot. */
  async rights(subject: Subject, { login }: PlannedGrant) {
    const access = await this.access(subject);
    const of = (username: string) =>
      [
        ...new Set(
          access
            .filter(
              entry =>
                entry.login === username || entry.login === `User:${username}`,
            )
            .flatMap(({ rights }) => rights),
        ),
      ].sort();
    return { a: of(login.a), b: of(login.b) };
  }

  leftovers(subject: Subject): Promise<string[]> {
    return this.fixture.witness.leftovers(subject.name, [...subject.logins]);
  }

  /** After each test. */
  async cleanUp(): Promise<void> {
    await this.fixture.outage.end();
    const subjects = this.#subjects.splice(0);
    const instances = this.#instances.splice(0);
    this.#instance = undefined;
    await Promise.all(instances.map(instance => instance.close()));
    for (const { name, logins } of subjects) {
      await this.fixture.administrator.cleanUp(name, [...logins]);
    }
  }
}

/**
 * Asserts that policies would let a plan pass.
 *
 * @public
 */
export function expectNoDeny(plan: ProviderPlan): void {
  expect(plan.findings.filter(({ effect }) => effect === 'deny')).toEqual([]);
}

function uniquePrincipal(): string {
  return `component:default/contract-${randomBytes(5).toString('hex')}`;
}
