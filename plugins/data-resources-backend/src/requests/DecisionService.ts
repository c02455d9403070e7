import { ConflictError, NotAllowedError } from '@backstage/errors';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { Caller } from '../callers/Caller';
import type { PlanRow, RequestRow } from '../database/rows';
import { EVERYTHING } from '../permissions';
import { approvalProgress, decidedBy, mayDecide } from './approvalProgress';
import { groupToCountFor, type MembersByGroup } from './approverAssignment';
import { denials } from './denials';
import { RequestInputError } from './input';
import { insertDecisions } from './insertDecisions';
import { noSuchRequest } from './noSuchSubject';
import type { KnownDetails, RequestReader } from './RequestReader';
import type { RequestStore } from './RequestStore';
import { membersOf } from './requiredApprovals';
import { touchRequests } from './transitionRequests';

export interface DecisionServiceOptions {
  store: RequestStore;
  reader: RequestReader;
  directory: CatalogDirectory;
  /** Called when a request has become executable on an instance. */
  onApproved(instance: string): void;
}

/**
 * What people decide: never on their own request, each once, and bound to the plan they read. The
 * request's row is locked first, so that decisions made at once count one after the other.
 */
export class DecisionService {
  readonly #options: DecisionServiceOptions;

  private constructor(options: DecisionServiceOptions) {
    this.#options = options;
  }

  static create(options: DecisionServiceOptions): DecisionService {
    return new DecisionService(options);
  }

  /** What a decision is about, to be read before anybody knows who decides, and shown to nobody. */
  async foresee(id: string): Promise<Foreseen> {
    const { reader } = this.#options;
    const row = await reader.find(id, EVERYTHING);
    const plans = await reader.currentPlans(row ? [row] : []);
    return { row, plans, groups: groupsOf(plans) };
  }

  /** @param directory - knows who is in the groups of what was foreseen */
  async approve(
    id: string,
    { planHash, comment }: { planHash: string; comment?: string },
    caller: Caller,
    { row, plans, directory }: Foreseen & { directory: CatalogDirectory },
  ): Promise<DataRequest> {
    if (!row) {
      throw noSuchRequest(id);
    }
    const [after] = await this.approveAll(
      [{ row, planHash }],
      { comment },
      caller,
      { directory, plans },
    );
    if (after instanceof Error) {
      throw after;
    }
    return this.#present(after.row, caller, after);
  }

  /**
   * The same, of requests that were read, and not shown to anybody: in one transaction, each with
   * what it is now or why it is not approved, in the same order. Throws what nobody foresaw, and then
   * none of them is.
   *
   * @param given - `directory` is asked for the members of the groups that must approve; `plans` are
   * those of the requests as they were read
   */
  async approveAll(
    asked: readonly { row: RequestRow; planHash: string }[],
    { comment }: { comment?: string },
    caller: Caller,
    given: {
      directory: CatalogDirectory;
      plans?: KnownApprovals['plans'];
    },
  ): Promise<(Decided | Error)[]> {
    const { store } = this.#options;
    const rows = asked.map(({ row }) => row);
    const known = await this.#knownApprovals(rows, given);
    const after = await store.transaction(async trx => {
      const now = await this.#lock(trx, rows, known);
      const verdicts = asked.map(({ row, planHash }) => {
        try {
          return this.#approval(now(row.id), { planHash, caller, known });
        } catch (error) {
          return error as Error;
        }
      });
      return this.#write(trx, verdicts, { comment, caller });
    });
    const approved = after
      .filter(isApproval)
      .flatMap(({ row }) => (row.state === 'approved' ? row.instance : []));
    new Set(approved).forEach(name => this.#options.onApproved(name));
    return after;
  }

  async reject(
    id: string,
    decision: { comment: string },
    caller: Caller,
  ): Promise<DataRequest> {
    if (decision.comment.trim() === '') {
      throw new RequestInputError(
        'comment is empty; say why, so that the requester knows what would pass',
        { path: 'comment' },
      );
    }
    const { store, reader, directory } = this.#options;
    const seen = await reader.row(id);
    const known = await this.#knownApprovals([seen], { directory });
    const after = await store.transaction(async trx => {
      const decidable = (await this.#lock(trx, [seen], known))(id);
      await store.addDecision(trx, decidable.row, {
        effect: 'reject',
        by: caller.userRef,
        group: mustDecide(decidable, caller, known.members),
        comment: decision.comment,
      });
      return store.markRejected(trx, decidable.row, caller.userRef);
    });
    return this.#present(after, caller);
  }

  /** What is asked for before anything is locked: plans, and from the catalog who is in their groups. */
  async #knownApprovals(
    rows: readonly RequestRow[],
    given: {
      directory: CatalogDirectory;
      plans?: KnownApprovals['plans'];
    },
  ): Promise<KnownApprovals> {
    const plans =
      given.plans ?? (await this.#options.reader.currentPlans(rows));
    return {
      plans,
      members: await membersOf(groupsOf(plans), given.directory),
    };
  }

  /** Each request as it is now, and nobody else can change it until the transaction ends. */
  async #lock(
    trx: Knex,
    seen: readonly RequestRow[],
    known: KnownApprovals,
  ): Promise<(id: string) => Decided> {
    const { reader } = this.#options;
    const ids = seen.map(({ id }) => id);
    const rows = await reader.lock(trx, ids);
    const decisions = await reader.decisions(ids, trx);
    const isKnown = ({ id, plan_revision }: RequestRow) =>
      known.plans.get(id)?.revision === plan_revision;
    const replanned = await reader.currentPlans(
      [...rows.values()].filter(row => !isKnown(row)),
      trx,
    );
    return id => {
      const row = rows.get(id);
      const plan = replanned.get(id) ?? known.plans.get(id);
      if (!row || !plan) {
        throw noSuchRequest(id);
      }
      return { row, plan, decisions: decisions(id) };
    };
  }

  #approval(
    decidable: Decided,
    {
      planHash,
      caller,
      known,
    }: { planHash: string; caller: Caller; known: KnownApprovals },
  ): Decided & { group: string } {
    const { row, plan } = decidable;
    const group = mustDecide(decidable, caller, known.members);
    if (row.plan_hash !== planHash) {
      throw new ConflictError(
        `planHash is ${JSON.stringify(
          planHash,
        )}, but the plan is another one now; read it again before you approve`,
      );
    }
    const denied = denials(plan.plan);
    if (denied.length > 0) {
      throw new ConflictError(
        `This plan cannot be approved: ${denied
          .map(({ message }) => message)
          .join('; ')}`,
      );
    }
    return { ...decidable, group };
  }

  /** Writes the approvals, and what they make of their requests; the errors stay where they are. */
  async #write(
    trx: Knex,
    verdicts: readonly ((Decided & { group: string }) | Error)[],
    { comment, caller }: { comment?: string; caller: Caller },
  ): Promise<(Decided | Error)[]> {
    const { store } = this.#options;
    const given = verdicts.filter(isApproval);
    const made = await insertDecisions(
      trx,
      given.map(({ row, group }) => ({
        row,
        decision: { effect: 'approve', by: caller.userRef, group, comment },
      })),
    );
    const decided = new Map(made.map(each => [each.request_id, each]));
    const isComplete = ({ row, plan, decisions }: Decided) =>
      approvalProgress(row, plan.plan.approval, [
        ...decisions,
        decided.get(row.id)!,
      ]).every(({ count, given: has }) => has >= count);
    const complete = given.filter(isComplete).map(({ row }) => row);
    const isFull = new Set(complete);
    const partly = given.map(({ row }) => row).filter(row => !isFull.has(row));
    const after = new Map(
      [
        ...(await store.markAllApproved(trx, complete, caller.userRef)),
        ...(await touchRequests(trx, partly)),
      ].map(row => [row.id, row]),
    );
    return verdicts.map(verdict => {
      if (!isApproval(verdict)) {
        return verdict;
      }
      const { row, plan, decisions } = verdict;
      return {
        row: after.get(row.id)!,
        plan,
        decisions: [...decisions, decided.get(row.id)!],
      };
    });
  }

  async #present(
    row: RequestRow,
    caller: Caller,
    known?: KnownDetails,
  ): Promise<DataRequest> {
    const [request] = await this.#options.reader.present(
      [row],
      caller,
      known && new Map([[row.id, known]]),
    );
    return request;
  }
}

/** A request with all that a decision on it depends on, and what was decided. */
export interface Decided extends KnownDetails {
  row: RequestRow;
}

/** A request, if there is one of that id, and its plan. */
export interface Foreseen {
  row?: RequestRow;
  plans: KnownApprovals['plans'];
  /** That must approve it. */
  groups: string[];
}

interface KnownApprovals {
  plans: ReadonlyMap<string, PlanRow>;
  members: MembersByGroup;
}

function groupsOf(plans: KnownApprovals['plans']): string[] {
  return [...plans.values()].flatMap(({ plan }) =>
    plan.approval.required.map(({ group }) => group),
  );
}

function isApproval<T>(verdict: T | Error): verdict is T {
  return !(verdict instanceof Error);
}

/** The group that the caller's decision counts for. */
function mustDecide(
  { row, plan: { plan }, decisions }: Decided,
  caller: Caller,
  members: MembersByGroup,
): string {
  if (row.requested_by === caller.userRef) {
    throw new NotAllowedError('Nobody decides on their own request');
  }
  const groups = plan.approval.required.map(({ group }) => group);
  if (!groups.some(group => caller.groups.has(group))) {
    throw new NotAllowedError(
      groups.length > 0
        ? `This request is decided by direct members of ${groups.join(', ')}`
        : 'This request is decided by a policy alone',
    );
  }
  if (row.state !== 'pending') {
    throw new ConflictError(
      `The request is ${row.state}; only a pending one is decided on`,
    );
  }
  const group = mayDecide(row, plan.approval, decisions, caller)
    ? groupToCountFor(
        approvalProgress(row, plan.approval, decisions).map(
          ({ group: name, count, given }) => ({
            group: name,
            lacks: Math.max(0, count - given),
          }),
        ),
        members,
        { ref: caller.userRef, groups: caller.groups },
        decidedBy(row, decisions).add(row.requested_by),
      )
    : undefined;
  if (!group) {
    throw new ConflictError(
      'You have decided on this plan already, or your group has; nothing more is needed from you',
    );
  }
  return group;
}
