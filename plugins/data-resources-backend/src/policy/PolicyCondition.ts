import { InputError } from '@backstage/errors';
import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import type { PolicyInput } from './types';
import { usageVariable } from './usageVariable';

/** What a condition said about one request. */
export type ConditionResult =
  | { state: 'true' }
  | { state: 'false' }
  /** It could not be evaluated; `reason` is fit for the person who asks. */
  | { state: 'error'; reason: string };

/** Declared so that a misspelt variable stops the start instead of a request. */
const environment = new Environment({
  unlistedVariablesAreDyn: false,
  // Specs mix types in one map; so may the lists that they are compared with.
  homogeneousAggregateLiterals: false,
})
  .registerVariable({
    name: 'request',
    // `type` is a name of CEL's own, so the resource's type is told here.
    schema: {
      action: 'string',
      type: 'string',
      reason: 'string',
      requestedBy: 'string',
    },
  })
  .registerVariable({
    name: 'requester',
    schema: { ref: 'string', groups: 'list<string>', isPlatform: 'bool' },
  })
  .registerVariable('name', 'string')
  .registerVariable('owner', 'string')
  .registerVariable('system', 'string')
  .registerVariable('grants', 'list<map<string, string>>')
  .registerVariable({
    name: 'instance',
    schema: {
      name: 'string',
      engine: 'string',
      environment: 'string',
      production: 'bool',
      topology: { brokers: 'int', dataCenters: 'map<string, int>' },
      limits: 'map<string, dyn>',
      connection: 'map<string, dyn>',
    },
  })
  .registerVariable('spec', 'map<string, dyn>')
  .registerVariable('previousSpec', 'map<string, dyn>')
  .registerVariable({
    name: 'plan',
    schema: {
      risk: 'string',
      destructive: 'bool',
      changes: 'list<map<string, dyn>>',
    },
  })
  .registerVariable({
    name: 'usage',
    schema: {
      resources: 'map<string, int>',
      totals: 'map<string, int>',
      onInstance: { resources: 'map<string, int>', totals: 'map<string, int>' },
      adds: 'map<string, int>',
    },
  });

/** A compiled `when` of a policy. */
export class PolicyCondition {
  readonly #evaluate: ParseResult;
  /** Whether it may look at `usage`, which costs a query. */
  readonly needsUsage: boolean;

  private constructor(evaluate: ParseResult, source: string) {
    this.#evaluate = evaluate;
    this.needsUsage = /\busage\b/.test(source);
  }

  /** Throws an `InputError` with line, column and reason when the text is no condition. */
  static compile(source: string): PolicyCondition {
    let parsed: ParseResult;
    try {
      parsed = environment.parse(source);
    } catch (error) {
      throw new InputError(describeError(error, source));
    }
    const checked = parsed.check();
    if (!checked.valid) {
      throw new InputError(describeError(checked.error, source));
    }
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      throw new InputError(
        `the condition is of type ${checked.type}, and must be true or false`,
      );
    }
    return new PolicyCondition(parsed, source);
  }

  evaluate(input: PolicyInput): ConditionResult {
    let result: unknown;
    try {
      result = this.#evaluate(variables(input));
    } catch (error) {
      return { state: 'error', reason: summaryOf(error) };
    }
    if (typeof result !== 'boolean') {
      return {
        state: 'error',
        reason: 'The condition is neither true nor false for it',
      };
    }
    return { state: result ? 'true' : 'false' };
  }
}

function variables(input: PolicyInput): Record<string, unknown> {
  const { action, reason } = input.request;
  const { ref, groups, isPlatform } = input.requester;
  const { risk, destructive, changes } = input.plan;
  const { instance } = input;
  return {
    request: {
      action,
      type: input.type,
      reason: reason ?? '',
      requestedBy: ref,
    },
    requester: { ref, groups: [...groups], isPlatform },
    name: input.name,
    owner: input.owner,
    system: input.system ?? '',
    grants: input.grants.map(({ principal, role }) => ({ principal, role })),
    instance: {
      name: instance.name,
      engine: instance.engine,
      environment: instance.environment,
      production: instance.production,
      topology: toCel({
        ...instance.topology,
        dataCenters: instance.topology.dataCenters ?? {},
      }),
      limits: toCel(instance.limits),
      connection: toCel(instance.connection),
    },
    spec: toCel(input.spec),
    previousSpec: toCel(input.previousSpec ?? {}),
    plan: { risk, destructive, changes: changes.map(toCel) },
    usage: toCel(usageVariable(input)),
  };
}

/**
 * JSON knows one kind of number, CEL two, and `6 * 2` is none of its operations when the 6
 * is a double. Whole numbers become ints here, as a person who writes a policy reads them.
 */
function toCel(value: unknown): unknown {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? BigInt(value) : value;
  }
  if (Array.isArray(value)) {
    return value.map(toCel);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, child]) => child !== undefined)
        .map(([key, child]) => [key, toCel(child)]),
    );
  }
  return value;
}

function summaryOf(error: unknown): string {
  const { summary } = error as { summary?: unknown };
  if (typeof summary === 'string') {
    return summary;
  }
  return error instanceof Error ? error.message : String(error);
}

function describeError(error: unknown, source: string): string {
  const { range } = error as { range?: { start: number } };
  const before = source.slice(0, range?.start ?? 0).split('\n');
  const column = before[before.length - 1].length + 1;
  return `line ${before.length}, column ${column}: ${summaryOf(error)}`;
}
