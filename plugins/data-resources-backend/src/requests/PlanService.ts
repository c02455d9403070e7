import type { LiveUse } from '@data-resources/plugin-data-resources-common';
import type {
  CallContext,
  EffectiveAccess,
  InstanceProbe,
  ProviderPlan,
  ResourceProvider,
} from '@data-resources/plugin-data-resources-node';
import type { CatalogDirectory } from '../catalog/CatalogDirectory';
import {
  grantSteps,
  missingChanges,
  missingGrants,
  type GrantedObject,
} from '../drift/missingGrants';
import { isGuarded, withLiveUse } from '../liveUse/judgeUse';
import { readLiveUse } from '../liveUse/readLiveUse';
import type { ForeignAccess } from '../resources/ForeignAccess';
import { traced } from '../tracing';
import {
  draftPlan,
  withoutQuarantine,
  type Draft,
  type DraftOptions,
} from './draftPlan';
import type { NameClaims } from './claims/NameClaims';
import { inOrder, objectOf } from './planInput';
import type { PlanJudge } from './PlanJudge';
import type { PlannedRequest } from './PlannedRequest';
import type { QuarantinePeriods } from './QuarantinePeriods';
import type { Subject } from './Subject';
import { keptChanges } from './updateRules';

export interface PlanServiceOptions {
  judge: PlanJudge;
  directory: CatalogDirectory;
  quarantine: QuarantinePeriods;
  foreignAccess: ForeignAccess;
  claims: NameClaims;
}

/** Computes plans: what would be done, what the rules say, and who must agree. Changes nothing. */
export class PlanService {
  /** Judges what is planned, also again and later. */
  readonly judge: PlanJudge;
  readonly #options: PlanServiceOptions;

  private constructor(options: PlanServiceOptions) {
    this.judge = options.judge;
    this.#options = options;
  }

  static create(options: PlanServiceOptions): PlanService {
    return new PlanService(options);
  }

  /** Throws the engine's `ProviderError`, or `ConflictError` when the object stands in the way. */
  async plan(subject: Subject, signal: AbortSignal): Promise<PlannedRequest> {
    const [result] = await this.planMany([subject], signal);
    if (result instanceof Error) {
      throw result;
    }
    return result;
  }

  /**
   * Plans many subjects of one instance and type with one look at the cluster. The answer
   * has, in the same order, a plan or the error of that subject alone; it throws when the
   * engine could not be asked at all.
   *
   * @param directory - one that remembers, where others ask it as well
   */
  async planMany(
    subjects: readonly Subject[],
    signal: AbortSignal,
    directory = this.#options.directory.remembering(),
  ): Promise<(PlannedRequest | Error)[]> {
    const [{ instance, type }] = subjects;
    return traced(
      'plan',
      {
        instance: instance.name,
        engine: instance.engine,
        type: type.type,
        count: subjects.length,
      },
      () => this.#planAll(subjects, signal, directory),
    );
  }

  async #planAll(
    subjects: readonly Subject[],
    signal: AbortSignal,
    directory: CatalogDirectory,
  ): Promise<(PlannedRequest | Error)[]> {
    const [{ instance, type }] = subjects;
    const provider = instance.connection.provider(type.type);
    const context = instance.context(signal);
    const [probe, observations] = await Promise.all([
      instance.probe(),
      provider.observe(subjects.map(objectOf), context),
    ]);
    const { quarantine } = this.#options;
    const drafts = subjects.map(asked => {
      const observed = observations.get(asked.name);
      return observed
        ? attempt(() =>
            draftPlan(asked, observed, { provider, probe, quarantine }),
          )
        : new Error(`${asked.name} was not observed`);
    });
    await this.#giveBack(drafts, { provider, probe, context });
    const uses = await readLiveUse(
      drafts.filter(isGuardedDraft).map(({ subject }) => ({
        object: objectOf(subject),
        grants: [...subject.grants.keep, ...subject.grants.remove],
      })),
      provider,
      context,
    );
    const foreign = await this.#options.foreignAccess.of(
      subjects,
      observations,
      signal,
    );
    const names = await this.#options.claims.read(
      drafts.map((draft, index) =>
        draft instanceof Error ? subjects[index] : draft.subject,
      ),
      observations,
    );
    return Promise.all(
      drafts.map(async (draft, index) => {
        if (draft instanceof Error) {
          return draft;
        }
        const { observed } = draft;
        const { name } = draft.subject;
        const use = uses.get(name);
        try {
          const { subject, made } = await this.#atOnce(
            {
              ...draft,
              made: withKeptAccess(
                draft.subject,
                withLiveUse(draft, use),
                foreign.get(name),
              ),
            },
            { use, provider, probe, quarantine },
          );
          return await this.judge.judge(
            subject,
            observed,
            { probe, made, use, names: names[index] },
            foreign.get(name),
            directory,
          );
        } catch (error) {
          return toError(error);
        }
      }),
    );
  }

  /** An update also gives what the ledger has granted and somebody took on the engine. */
  async #giveBack(
    drafts: readonly (Draft | Error)[],
    options: {
      provider: ResourceProvider;
      probe: InstanceProbe;
      context: CallContext;
    },
  ): Promise<void> {
    const updates = drafts.filter(
      (draft): draft is Draft =>
        !(draft instanceof Error) &&
        draft.subject.planAction === 'update' &&
        draft.observed.ours,
    );
    const granted = updates.map(grantedObject);
    const missing = await missingGrants(granted, options);
    updates.forEach((draft, index) => {
      const gone = missing.get(granted[index].id) ?? [];
      if (gone.length > 0) {
        const grants = gone.map(({ grant }) => grant);
        draft.made = {
          ...draft.made,
          changes: [...draft.made.changes, ...missingChanges(gone)],
          steps: [
            ...draft.made.steps,
            // As they are to be after it, and not as they were.
            ...grantSteps(
              { ...granted[index], spec: inOrder(draft.subject.desired!) },
              grants,
              options,
            ),
          ],
        };
      }
    });
  }

  /** A deletion of which a policy says that it needs no quarantine, planned as such. */
  async #atOnce(
    draft: Draft,
    { use, ...options }: DraftOptions & { use?: LiveUse },
  ): Promise<Draft> {
    const { subject, observed, made } = draft;
    const policy = await this.judge.withoutQuarantine(subject, {
      probe: options.probe,
      made,
    });
    if (policy === undefined) {
      return draft;
    }
    const asked = { ...withoutQuarantine(subject), atOnce: policy };
    const again = draftPlan(asked, observed, options);
    return { ...again, made: withLiveUse(again, use) };
  }
}

/** With what the ledger alone takes note of. */
function withKeptAccess(
  subject: Subject,
  made: ProviderPlan,
  foreign: readonly EffectiveAccess[] | undefined,
): ProviderPlan {
  const kept = keptChanges(subject, foreign);
  return kept.length > 0
    ? { ...made, changes: [...made.changes, ...kept] }
    : made;
}

/** What the error of one subject alone is. */
function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    return toError(error);
  }
}

function grantedObject({ subject, observed }: Draft): GrantedObject {
  return {
    id: subject.resource!.id,
    object: { name: subject.name, identity: subject.resource!.identity! },
    observed,
    spec: inOrder(subject.resource!.spec),
    grants: subject.grants.keep
      .filter(({ state }) => state === 'active')
      .map(({ principal, role, login, owner }) => ({
        principal,
        role,
        login,
        owner,
      })),
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** What is gone, or not ours, is nobody's to miss. */
function isGuardedDraft(draft: Draft | Error): draft is Draft {
  return (
    !(draft instanceof Error) &&
    draft.observed.ours &&
    isGuarded(draft.subject.planAction, draft.made)
  );
}
