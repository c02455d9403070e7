import type {
  ApprovalVerdict,
  PolicyTestResult,
} from '@data-resources/plugin-data-resources-backend/policyTests';

/** The result of one example as lines that people read. */
export function describeResult(result: PolicyTestResult): string[] {
  const { name, findings, approval, problems, withoutQuarantine, drift } =
    result;
  const width = (of: (finding: (typeof findings)[number]) => string) =>
    Math.max(...findings.map(finding => of(finding).length));
  const policyWidth = width(({ policy }) => policy);
  const pathWidth = width(({ path = '' }) => path);
  return [
    `${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`,
    ...findings.map(
      ({ effect, policy, path = '', message }) =>
        `      ${effect.padEnd(4)}  ${policy.padEnd(
          policyWidth,
        )}  ${path.padEnd(pathWidth)}  ${message}`,
    ),
    findings.some(({ effect }) => effect === 'deny')
      ? '      refused'
      : `      ${describeApproval(approval)}`,
    ...(withoutQuarantine
      ? [`      removed at once, without quarantine, says ${withoutQuarantine}`]
      : []),
    ...(drift
      ? [
          `      as drift it is ${
            drift.way === 'keep' ? 'declared as it is' : 'put back'
          }, says ${drift.policy}`,
        ]
      : []),
    ...problems.map(problem => `      not as expected: ${problem}`),
  ];
}

function describeApproval(approval: ApprovalVerdict): string {
  if (approval.mode === 'auto') {
    return `approved automatically by ${approval.policy}`;
  }
  const people = approval.required
    .map(({ group, count }) => `${count} of ${group}`)
    .join(' and ');
  return `decided by ${people}${
    approval.policy === undefined ? '' : `, says ${approval.policy}`
  }`;
}
