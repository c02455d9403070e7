import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { DecisionRow, RequestRow } from '../database/rows';
import { isUsedOtherwise } from '../liveUse/judgeUse';
import { approvalProgress } from '../requests/approvalProgress';
import { approvedPlans, type ApprovedPlan } from '../requests/currentPlans';
import { denials } from '../requests/denials';
import { membersOf } from '../requests/requiredApprovals';
import { DRIFT_REQUESTER } from '../requests/systemRequesters';
import type { Starting } from './startExecutions';

interface Loaded {
  plans: ReadonlyMap<string, ApprovedPlan>;
  decisions: readonly DecisionRow[];
  directory: CatalogDirectory;
}

/** Whether what was approved is what would run now, and enough of those who approved still count. */
export class ApprovalCheck {
  readonly #loaded: Loaded;

  private constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  /** Reads the plans and decisions by which requests were approved. */
  static async load(
    knex: Knex,
    rows: readonly RequestRow[],
    directory: CatalogDirectory,
  ): Promise<ApprovalCheck> {
    const [plans, decisions] = await Promise.all([
      approvedPlans(knex, rows),
      knex<DecisionRow>('decisions').whereRaw('request_id = ANY(?::uuid[])', [
        rows.map(({ id }) => id),
      ]),
    ]);
    return new ApprovalCheck({ plans, decisions, directory });
  }

  /**
   * Throws `ServiceUnavailableError` where that cannot be told now, `ConflictError` for a correction
   * of drift that has become another one.
   */
  async isStillGiven({ row, planned }: Starting): Promise<boolean> {
    const stored = this.#loaded.plans.get(row.id)!;
    const denied = denials(planned.plan);
    if (planned.isUnfit) {
      // Whether the plan is still the one that was approved shows once it is fit again.
      throw new ServiceUnavailableError(
        denied.map(({ message }) => message).join('; '),
      );
    }
    const changed =
      planned.hash !== row.plan_hash ||
      // Whoever approved knew whom it hits; somebody new has not been thought of.
      (row.action === 'delete' &&
        isUsedOtherwise(stored.use, planned.plan.use));
    const still =
      !changed && denied.length === 0 && (await this.#enoughAgree(row, stored));
    if (!still && row.requested_by === DRIFT_REQUESTER) {
      // Nobody waits for it: the next drift pass asks for what is to be done then.
      throw new ConflictError(
        'What was found on the engine is not what is there now; it is looked at again',
      );
    }
    return still;
  }

  /** Membership is read again: who has left the group does not count any more. */
  async #enoughAgree(
    row: RequestRow,
    { approval }: ApprovedPlan,
  ): Promise<boolean> {
    if (approval.mode === 'auto') {
      return true;
    }
    const { decisions, directory } = this.#loaded;
    const members = await membersOf(
      approval.required.map(({ group }) => group),
      directory,
    );
    const counting = decisions.filter(
      ({ request_id, group_ref, decided_by }) =>
        request_id === row.id &&
        group_ref &&
        members.get(group_ref)?.includes(decided_by),
    );
    return approvalProgress(row, approval, counting).every(
      ({ given, count }) => given >= count,
    );
  }
}
