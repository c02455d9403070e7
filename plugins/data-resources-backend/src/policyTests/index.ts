/**
 * Policies of Data Resources, tried on example requests without a portal.
 *
 * @packageDocumentation
 */
export { runPolicyTests, type PolicyTestResult } from './runPolicyTests';
export type { ApprovalVerdict, DriftVerdict } from '../policy';
