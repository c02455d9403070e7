import type {
  PlannedGrant,
  PlannedStep,
} from '@data-resources/plugin-data-resources-node';
import { quotaLines, quotasOf } from '../../quotas/quotas';
import type { QuotaConfig } from '../../quotas/quotas';
import type { StepArgs } from '../steps/StepArgs';
import { byLogin } from './steps';

/** One step per login: its quotas, also where that is none, so that no other stays. */
export function ensureQuotasSteps(
  grants: readonly PlannedGrant[],
  config: QuotaConfig | undefined,
): PlannedStep[] {
  if (!config) {
    return [];
  }
  return [...byLogin(grants)].map(([base, [grant]]) => {
    const { principal, login } = grant;
    const args: StepArgs['ensure-quotas'] = {
      principal,
      users: [login.a, login.b],
      quotas: quotasOf(grant, config),
    };
    const lines = quotaLines(args.quotas);
    return {
      id: `ensure-quotas:${base}`,
      title: `Limit what ${principal} may use of each broker`,
      call: args.users
        .map(user =>
          [
            `AlterClientQuotas user=${user}`,
            ...(lines.length > 0 ? lines : ['(none, and no other)']).map(
              line => `  ${line}`,
            ),
          ].join('\n'),
        )
        .join('\n'),
      kind: 'ensure-quotas',
      args,
      login: { base, mode: 'ensure' as const },
    };
  });
}
