import type { Config } from '@backstage/config';
import type { Finding } from '@data-resources/plugin-data-resources-node';
import {
  changedSpecPaths,
  createPolicyEngine,
  weaken,
  type ApprovalVerdict,
  type DriftVerdict,
  type PolicyEngine,
  type PolicyInput,
} from '../policy';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import { exampleInput } from './exampleInput';
import { parsePolicyTestFile, type PolicyExample } from './PolicyTestFile';
import { inFile, readPolicies } from './readPolicies';

/**
 * What the policies say about one example.
 *
 * @public
 */
export interface PolicyTestResult {
  /** The example's name. */
  name: string;
  findings: Finding[];
  /** Who approves, by policies and budgets; the rules of the domain come on top. */
  approval: ApprovalVerdict;
  /** Of a `delete`: the policy that leaves out its quarantine. */
  withoutQuarantine?: string;
  /** Of an `update`: what is done by itself where it would put drift back, and who says so. */
  drift?: DriftVerdict;
  /** What is not as expected; empty where all is. */
  problems: string[];
}

/**
 * Judges the example requests of a file by its policies, as the portal would. Needs no engine,
 * no database and no catalog.
 *
 * @param options.content - the parsed file, see `docs/policies.md`
 * @param options.loadConfig - loads the configuration that the file names
 * @throws InputError for a file or a policy that cannot be used: with the policy's name, its
 *   place, line, column and the reason
 * @public
 */
export async function runPolicyTests(options: {
  content: unknown;
  loadConfig(path: string): Promise<Config>;
}): Promise<PolicyTestResult[]> {
  const file = parsePolicyTestFile(options.content);
  const config = readPolicies(
    file,
    file.config === undefined
      ? undefined
      : await options.loadConfig(file.config),
  );
  let policies: PolicyEngine;
  try {
    policies = createPolicyEngine({
      ...config,
      // Without a configuration there are none that could be named wrongly.
      instances: file.config === undefined ? undefined : config.instances,
    });
  } catch (error) {
    throw file.config === undefined ? inFile(error) : error;
  }
  return file.examples.map(example => {
    const input = exampleInput(example, config);
    const { findings, approval } = policies.evaluate(input);
    const weakened = weaken(
      input.request.action,
      findings,
      changedSpecPaths(input.previousSpec, input.spec),
    );
    const result = {
      name: example.name,
      findings: weakened,
      approval,
      withoutQuarantine: policies.withoutQuarantine(input),
      drift:
        input.request.action === 'update'
          ? policies.drift(asDrift(input, config.platformGroup))
          : undefined,
    };
    return { ...result, problems: problemsOf(example.expect, result) };
  });
}

/** As the drift pass asks, which is of the platform. */
function asDrift(input: PolicyInput, platformGroup: string): PolicyInput {
  return {
    ...input,
    requester: {
      ref: DRIFT_REQUESTER,
      groups: [platformGroup],
      isPlatform: true,
    },
  };
}

function problemsOf(
  expected: PolicyExample['expect'],
  {
    findings,
    approval,
    withoutQuarantine,
    drift,
  }: Omit<PolicyTestResult, 'problems'>,
): string[] {
  const problems: string[] = [];
  const list = (items: readonly { policy: string; effect: string }[]) =>
    items
      .map(({ policy, effect }) => `${effect} ${policy}`)
      .sort()
      .join(', ') || 'none';
  if (expected?.findings && list(expected.findings) !== list(findings)) {
    problems.push(
      `findings: expected ${list(expected.findings)}; found ${list(findings)}`,
    );
  }
  if (expected?.approval && expected.approval !== approval.mode) {
    problems.push(
      `approval: expected ${expected.approval}; found ${approval.mode}`,
    );
  }
  const by = [
    ...(approval.policy === undefined ? [] : [approval.policy]),
    ...(approval.mode === 'manual'
      ? approval.required.map(({ group }) => group)
      : []),
  ];
  if (expected?.by !== undefined && !by.includes(expected.by)) {
    problems.push(`by: expected ${expected.by}; found ${by.join(', ')}`);
  }
  const quarantine = withoutQuarantine === undefined ? 'kept' : 'none';
  if (expected?.quarantine && expected.quarantine !== quarantine) {
    problems.push(
      `quarantine: expected ${expected.quarantine}; found ${quarantine}`,
    );
  }
  const way = drift?.way ?? 'left';
  if (expected?.drift && expected.drift !== way) {
    problems.push(`drift: expected ${expected.drift}; found ${way}`);
  }
  return problems;
}
