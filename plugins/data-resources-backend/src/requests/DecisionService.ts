import { ConflictError } from '@backstage/errors';
import type { DataRequest } from '@data-resources/plugin-data-resources-common';
import type { Knex } from 'knex';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import type { Caller } from '../callers/Caller';
import type { PlanRow, RequestRow } from '../database/rows';
import type { Approval } from './approveRequests';
import { approvalProgress } from './approvalProgress';
import type { MembersByGroup } from './approverAssignment';
import { denials } from './denials';
import { entitiesOf } from './entitiesOf';
import { RequestInputError } from './input';
import { mustDecide, type Decided } from './mustDecide';
import { noSuchRequest } from './noSuchSubject';
import type { KnownDetails, RequestReader } from './RequestReader';
import type { RequestStore } from './RequestStore';
import { membersOf } from './requiredApprovals';

export interface DecisionServiceOptions {
  store: RequestStore;
  reader: RequestReader;
  directory: CatalogDirectory;
  /**
   * Called when a request has become executable on an instance.
   *
   * @param directory - knows what its execution will ask the catalog
   */
  onApproved(instance: string, directory: CatalogDirectory): void;
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
    const found = await this.#options.reader.findDetailed(id);
    if (!found) {
      return { entities: [] };
    }
    const { row, details } = found;
    return {
      seen: { row, ...details },
      entities: [...groupsOf([details.plan]), ...entitiesOf(row)],
    };
  }

  /** @param directory - knows of the entities of what was foreseen */
  async approve(
    id: string,
    { planHash, comment }: { planHash: string; comment?: string },
    caller: Caller,
    { seen, directory }: Foreseen & { directory: CatalogDirectory },
  ): Promise<DataRequest> {
    if (!seen) {
      throw noSuchRequest(id);
    }
    const [after] = await this.#approveSeen(
      [{ seen, planHash }],
      { comment },
      caller,
      directory,
    );
    if (after instanceof Error) {
      throw after;
    }
    return this.#present(after.row, caller, after);
  }

  /**
   * The same, of requests that were read, and not shown to anybody: in one statement, each with
   * what it is now or why it is not approved, in the same order. Throws what nobody foresaw, and then
   * none of them is.
   *
   * @param comment - `again`: of the same call, whose answer may have been lost; what was written then is no
   * conflict
   * @param directory - asked for the members of the groups that must approve
   */
  async approveAll(
    asked: readonly { row: RequestRow; planHash: string }[],
    comment: { comment?: string; again?: boolean },
    caller: Caller,
    directory: CatalogDirectory,
  ): Promise<(Decided | Error)[]> {
    directory.foresee(asked.flatMap(({ row }) => entitiesOf(row)));
    const detailed = await this.#detailed(asked.map(({ row }) => row));
    return this.#approveSeen(
      asked.map(({ planHash }, index) => ({ seen: detailed[index], planHash })),
      comment,
      caller,
      directory,
    );
  }

  async #approveSeen(
    asked: readonly Asked[],
    { comment, again }: { comment?: string; again?: boolean },
    caller: Caller,
    directory: CatalogDirectory,
  ): Promise<(Decided | Error)[]> {
    const { store, reader } = this.#options;
    const outcomes = new Map<string, Decided | Error>();
    for (let open = asked; open.length > 0; ) {
      const members = await membersOf(
        groupsOf(open.map(({ seen }) => seen.plan)),
        directory,
      );
      const approvals: Approval[] = [];
      for (const { seen, planHash } of open) {
        try {
          approvals.push(
            approvalOf(seen, { planHash, comment, caller, members }),
          );
        } catch (error) {
          const isWritten = again && hasApproved(seen, planHash, caller);
          outcomes.set(seen.row.id, isWritten ? seen : (error as Error));
        }
      }
      const made = await store.approveAll(approvals);
      for (const { seen } of open) {
        const approved = made.get(seen.row.id);
        if (approved) {
          const { row, decision } = approved;
          const decisions = [...seen.decisions, decision];
          outcomes.set(row.id, { row, plan: seen.plan, decisions });
        }
      }
      const overtaken = open.filter(({ seen }) => !outcomes.has(seen.row.id));
      // Somebody was faster: decided on again, by what their decision has left to decide.
      const detailed =
        overtaken.length > 0
          ? await this.#detailed(
              await reader.rows(overtaken.map(({ seen }) => seen.row.id)),
            )
          : [];
      const now = new Map(detailed.map(each => [each.row.id, each]));
      open = overtaken.map(({ seen, planHash }) => ({
        seen: now.get(seen.row.id)!,
        planHash,
      }));
    }
    const after = asked.map(({ seen }) => outcomes.get(seen.row.id)!);
    const approved = after.flatMap(each =>
      !(each instanceof Error) && each.row.state === 'approved'
        ? each.row.instance
        : [],
    );
    new Set(approved).forEach(name =>
      this.#options.onApproved(name, directory),
    );
    return after;
  }

  /** Requests with their plans and decisions, in the same order; what is changed since has another revision. */
  async #detailed(rows: readonly RequestRow[]): Promise<Decided[]> {
    const { reader } = this.#options;
    const [plans, decisions] = await Promise.all([
      reader.currentPlans(rows),
      reader.decisions(rows.map(({ id }) => id)),
    ]);
    return rows.map(row => ({
      row,
      plan: plans.get(row.id)!,
      decisions: decisions(row.id),
    }));
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
    const [{ plan }] = await this.#detailed([seen]);
    const members = await membersOf(groupsOf([plan]), directory);
    const after = await store.transaction(async trx => {
      const decidable = await this.#lock(trx, id, plan);
      await store.addDecision(trx, decidable.row, {
        effect: 'reject',
        by: caller.userRef,
        group: mustDecide(decidable, caller, members),
        comment: decision.comment,
      });
      return store.markRejected(trx, decidable.row, caller.userRef);
    });
    return this.#present(after, caller);
  }

  /** The request as it is now, and nobody else can change it until the transaction ends. */
  async #lock(trx: Knex, id: string, seen: PlanRow): Promise<Decided> {
    const { reader } = this.#options;
    const row = (await reader.lock(trx, [id])).get(id);
    if (!row) {
      throw noSuchRequest(id);
    }
    const decisions = await reader.decisions([id], trx);
    const plan =
      row.plan_revision === seen.revision
        ? seen
        : (await reader.currentPlans([row], trx)).get(id)!;
    return { row, plan, decisions: decisions(id) };
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

/** A request, if there is one of that id. */
export interface Foreseen {
  seen?: Decided;
  /** Of the catalog: groups that must approve it, and what its execution asks for. */
  entities: string[];
}

interface Asked {
  seen: Decided;
  planHash: string;
}

/** Whether the caller's approval of that plan is written, and still counts. */
function hasApproved(
  { row, decisions }: Decided,
  planHash: string,
  { userRef }: Caller,
): boolean {
  return decisions.some(
    ({ effect, decided_by, plan_revision, plan_hash }) =>
      effect === 'approve' &&
      decided_by === userRef &&
      plan_revision === row.plan_revision &&
      plan_hash === planHash,
  );
}

function groupsOf(plans: readonly PlanRow[]): string[] {
  return plans.flatMap(({ plan }) =>
    plan.approval.required.map(({ group }) => group),
  );
}

/** Throws why the caller cannot approve it. */
function approvalOf(
  seen: Decided,
  asked: {
    planHash: string;
    comment?: string;
    caller: Caller;
    members: MembersByGroup;
  },
): Approval {
  const { row, plan, decisions } = seen;
  const { planHash, comment, caller } = asked;
  const group = mustDecide(seen, caller, asked.members);
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
  const progress = approvalProgress(row, plan.plan.approval, decisions);
  return {
    row,
    plan,
    by: caller.userRef,
    group,
    comment,
    isComplete: progress.every(
      ({ group: name, count, given }) =>
        given + (name === group ? 1 : 0) >= count,
    ),
  };
}
